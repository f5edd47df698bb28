"""Statements on t-SNE along its perplexity (Figures 6 and 8)."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.paper import FIGURE_6_PERPLEXITIES
from topo.statements.claims.diagrams import ABOUT_2
from topo.statements.evidence import Evidence, paired
from topo.statements.predicates import (
    INTERVAL,
    difference_within,
    every_value_within,
    mean_within,
)
from topo.statements.quantities import (
    LATENT_DEATH,
    MATCHED,
    NESTING,
    SLICED,
    SLICED_AT_BEST,
    SLICED_BY_MAX,
    SLICED_BY_SUM,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import trend
from topo.statements.statement import Statement

_statement = partial(Statement, theme="Perplexity")

#: The perplexities that the falling curve is read between.
_LOW, _HIGH = 30, 750
#: Rank correlation with perplexity from which a curve rises or falls as a whole.
_TREND = 0.5

_FIGURE_6 = f"Figure 6's perplexities (here {', '.join(map(str, FIGURE_6_PERPLEXITIES))})"
_EMPTY = Quantity("sliced_wasserstein", "empty")
_SCALINGS = {
    "raw": (SLICED, "with the diagrams as they are"),
    "sum": (SLICED_BY_SUM, "with each diagram divided by its sum"),
    "max": (SLICED_BY_MAX, "with each diagram divided by its largest death"),
    "best": (SLICED_AT_BEST, "with the factor that fits the embedding's diagram best"),
}


def _at(perplexity: float, quantity: Quantity) -> Sample:
    return Sample("spheres", "tsne", quantity, "sweep", {"perplexity": perplexity})


def _falls(scaling: str) -> Statement:
    quantity, how = _SCALINGS[scaling]
    return _statement(
        f"sliced-wasserstein-falls-to-750-{scaling}",
        "4.2.1, Figure 8 right",
        f'd_SW of t-SNE is lower at perplexity {_HIGH} than at {_LOW}, {how}: "For sufficiently '
        'large perplexity, the Sliced Wasserstein distance decreases".',
        f"Looks at the value at {_HIGH} minus that at {_LOW}, paired over the splits. Holds if the "
        f"interval lies below 0, does not hold if above. {INTERVAL}",
        difference_within(_at(_HIGH, quantity), _at(_LOW, quantity), high=0),
    )


def _trend(scaling: str) -> Statement:
    quantity, how = _SCALINGS[scaling]
    return _statement(
        f"sliced-wasserstein-trend-falls-{scaling}",
        "5.1, Figure 8 right",
        f'd_SW of t-SNE falls along all perplexities of the sweep, {how}: "Increasing perplexity '
        'reduces topological distances".',
        "Looks at Spearman's correlation of value and perplexity on every split. Holds if the "
        f"interval lies below {-_TREND}, does not hold if above. {INTERVAL}",
        mean_within(
            trend("spheres", "tsne", quantity, name="perplexity"),
            f"Spearman's correlation of {quantity.title} with perplexity",
            high=-_TREND,
        ),
    )


def _global_structure() -> Statement:
    return _statement(
        "nesting-rises-with-perplexity",
        "4.2.1",
        'The larger the perplexity, the better t-SNE keeps the enclosure: "increasing perplexity '
        'can help capture the global structure".',
        "Looks at Spearman's correlation of nesting and perplexity on every split. Holds if the "
        f"interval lies above {_TREND}, does not hold if below. {INTERVAL}",
        mean_within(
            trend("spheres", "tsne", NESTING, name="perplexity"),
            "Spearman's correlation of nesting with perplexity",
            low=_TREND,
        ),
    )


def _not_merely_emptier() -> Statement:
    return _statement(
        "sliced-wasserstein-falls-away-from-empty",
        "Figure 8 right; a check of this study",
        'The fall of d_SW is more than an approach to what an empty diagram scores: "indicating '
        'that t-SNE becomes topology-informed".',
        "Looks at the distance of raw d_SW from that of the empty diagram, at perplexity "
        f"{_HIGH} minus at {_LOW}, paired over the splits. Holds if the interval lies above 0 (the "
        f"curve moves away from the empty diagram), does not hold if below. {INTERVAL}",
        mean_within(
            _change_of_gap,
            f"distance of d_SW from the empty diagram's, at perplexity {_HIGH} minus at {_LOW}",
            low=0,
        ),
    )


def _change_of_gap(evidence: Evidence) -> pd.Series[float]:
    samples = [_at(perplexity, each) for perplexity in (_HIGH, _LOW) for each in (SLICED, _EMPTY)]
    table = paired(evidence, samples)
    return (table[0] - table[1]).abs() - (table[2] - table[3]).abs()


def _better_than_nothing() -> Statement:
    return _statement(
        "tsne-750-beats-empty-diagram",
        "Figure 8 right; a check of this study",
        f"At perplexity {_HIGH} t-SNE's diagram is nearer to the input's than no diagram at all: "
        '"t-SNE can learn topology with adequate perplexity".',
        f"Looks at raw d_SW at perplexity {_HIGH} minus that of the empty diagram, paired over the "
        f"splits. Holds if the interval lies below 0, does not hold if above. {INTERVAL}",
        difference_within(_at(_HIGH, SLICED), _at(_HIGH, _EMPTY), high=0),
    )


def _latent_deaths() -> Statement:
    low, high = ABOUT_2
    return _statement(
        "tsne-deaths-reach-about-2",
        "4.2.1, Figure 6",
        "The last death of t-SNE's embeddings of SPHERES in Figure 6 \"occurs at a threshold of "
        '2".',
        f"Looks at the largest of the last deaths at {_FIGURE_6}, on every split. Holds if the "
        f"interval lies between {low:g} and {high:g}, does not hold if outside. {INTERVAL}",
        mean_within(
            _latest_death,
            f"largest death of t-SNE on SPHERES at {_FIGURE_6}",
            low=low,
            high=high,
        ),
    )


def _latest_death(evidence: Evidence) -> pd.Series[float]:
    samples = [_at(perplexity, LATENT_DEATH) for perplexity in FIGURE_6_PERPLEXITIES]
    latest: pd.Series[float] = paired(evidence, samples).max(axis=1)
    return latest


def _all_on_the_diagonal() -> Statement:
    return _statement(
        "all-points-matched-to-diagonal-at-every-perplexity",
        "4.2.1, Figure 6",
        "At no perplexity does a point of the input's diagram find a partner in t-SNE's: "
        '"different result of t-SNE at different levels of perplexity".',
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if it is 0 on every split at every "
        "perplexity; one exception refutes it.",
        every_value_within(
            [_largest_matched_share],
            "largest matched share of t-SNE on SPHERES over the perplexities",
            low=0,
            high=0,
        ),
    )


def _largest_matched_share(evidence: Evidence) -> pd.Series[float]:
    perplexities = evidence.sweep_values("spheres", "tsne", "perplexity")
    largest: pd.Series[float] = paired(
        evidence, [_at(perplexity, MATCHED) for perplexity in perplexities]
    ).max(axis=1)
    return largest


SWEEP_STATEMENTS = (
    *(_falls(scaling) for scaling in _SCALINGS),
    *(_trend(scaling) for scaling in _SCALINGS),
    _not_merely_emptier(),
    _better_than_nothing(),
    _global_structure(),
    _latent_deaths(),
    _all_on_the_diagonal(),
)
