"""Conclusions on t-SNE along its perplexity (Figures 6 and 8)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pandas as pd

from topo.paper import FIGURE_6_PERPLEXITIES
from topo.statements.claims.diagrams import nearly
from topo.statements.contrasts import paired
from topo.statements.evidence import Evidence
from topo.statements.predicates import (
    INTERVAL,
    difference_within,
    every_value_within,
    mean_within,
)
from topo.statements.quantities import (
    BOTTLENECK,
    LATENT_DEATH,
    MATCHED,
    NESTING,
    SLICED,
    SLICED_AT_BEST,
    SLICED_BY_MAX,
    SLICED_BY_SUM,
    slug,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import trend
from topo.statements.statement import Conclusion, Decide, Statement, Threshold

_conclusion = partial(Conclusion, theme="Perplexity")

#: From where on a perplexity is "sufficiently large", and the paper's large one.
_LARGE, _HIGH = 50.0, 750
#: Rank correlation with perplexity from which a curve rises or falls as a whole.
_TREND = 0.5
#: Factor by which a death of "2" may be missed.
_ABOUT = 2.0

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


def _large(rule: Callable[[float], Decide]) -> Threshold:
    return Threshold(
        "perplexity from which it is sufficiently large",
        _LARGE,
        (30.0, 100.0, 200.0),
        "The upper end of the range that the paper tunes in, beyond which it looks further.",
        rule,
    )


def _falls(scaling: str) -> Statement:
    quantity, how = _SCALINGS[scaling]
    return Statement.at(
        f"sliced-wasserstein-falls-to-750-{scaling}",
        f"d_SW of t-SNE is lower at perplexity {_HIGH} than at {_LARGE:g}, {how}.",
        f"Looks at the value at {_HIGH} minus that at {_LARGE:g}, paired over the repetitions. "
        f"Holds if the interval lies below 0, does not hold if above. {INTERVAL}",
        _large(lambda start: difference_within(_at(_HIGH, quantity), _at(start, quantity), high=0)),
    )


def _as_a_whole(quantity: Quantity, *, start: float = -math.inf, **bounds: float) -> Decide:
    measure = trend("spheres", "tsne", quantity, name="perplexity", least=start)
    what = f"Spearman's correlation of {quantity.title} with perplexity"
    return mean_within(measure, what, **bounds)


def _steep(rule: Callable[[float], Decide]) -> Threshold:
    return Threshold(
        "rank correlation from which a curve rises or falls as a whole",
        _TREND,
        (0.25, 0.75),
        "Half of what a curve has that never turns.",
        rule,
    )


def _trend(scaling: str) -> Statement:
    quantity, how = _SCALINGS[scaling]
    return Statement.at(
        f"sliced-wasserstein-trend-falls-{scaling}",
        f"d_SW of t-SNE falls along the perplexities of the sweep from {_LARGE:g} on, {how}.",
        "Looks at Spearman's correlation of value and perplexity in every repetition. Holds if the "
        f"interval lies below {-_TREND}, does not hold if above. {INTERVAL}",
        _large(lambda start: _as_a_whole(quantity, start=start, high=-_TREND)),
        _steep(lambda least: _as_a_whole(quantity, start=_LARGE, high=-least)),
    )


def _global_structure() -> Statement:
    return Statement.at(
        "nesting-rises-with-perplexity",
        "The larger the perplexity, the better t-SNE keeps the enclosure.",
        "Looks at Spearman's correlation of nesting and perplexity in every repetition. Holds if "
        f"the interval lies above {_TREND}, does not hold if below. {INTERVAL}",
        _steep(lambda least: _as_a_whole(NESTING, low=least)),
    )


def _not_merely_emptier() -> Statement:
    return Statement.at(
        "sliced-wasserstein-falls-away-from-empty",
        "The fall of d_SW is more than an approach to what an empty diagram scores (a check of "
        "this study).",
        "Looks at the distance of raw d_SW from that of the empty diagram, at perplexity "
        f"{_HIGH} minus at {_LARGE:g}, paired over the repetitions. Holds if the interval lies "
        "above 0 (the curve moves away from the empty diagram), does not hold if below. "
        + INTERVAL,
        _large(
            lambda start: mean_within(
                partial(_change_of_gap, start=start),
                f"distance of d_SW from the empty diagram's, at perplexity {_HIGH} minus at "
                f"{start:g}",
                low=0,
            )
        ),
    )


def _change_of_gap(evidence: Evidence, *, start: float) -> pd.Series[float]:
    samples = [_at(perplexity, each) for perplexity in (_HIGH, start) for each in (SLICED, _EMPTY)]
    table = paired(evidence, samples)
    return (table[0] - table[1]).abs() - (table[2] - table[3]).abs()


def _better_than_nothing() -> Statement:
    return Statement(
        "tsne-750-beats-empty-diagram",
        f"At perplexity {_HIGH} t-SNE's diagram is nearer to the input's than no diagram at all "
        "(a check of this study).",
        f"Looks at raw d_SW at perplexity {_HIGH} minus that of the empty diagram, paired over the "
        f"repetitions. Holds if the interval lies below 0, does not hold if above. {INTERVAL}",
        difference_within(_at(_HIGH, SLICED), _at(_HIGH, _EMPTY), high=0),
    )


def _changes_little(quantity: Quantity) -> Statement:
    margin = nearly(
        quantity,
        lambda bound: mean_within(
            partial(_range_over_perplexities, quantity=quantity),
            f"range of {quantity.title} of t-SNE on SPHERES over the perplexities, in %",
            high=bound,
        ),
    )
    return Statement.at(
        f"{slug(quantity.metric)}-changes-little-with-perplexity",
        f"{quantity.title} of t-SNE on SPHERES hardly changes with the perplexity.",
        "Looks at the range over the sweep's perplexities in per cent of the mean, in every "
        f"repetition. Holds if the interval lies below {margin.value:g} %, does not hold if above. "
        + INTERVAL,
        margin,
    )


def _range_over_perplexities(evidence: Evidence, *, quantity: Quantity) -> pd.Series[float]:
    perplexities = evidence.sweep_values("spheres", "tsne", "perplexity")
    table = paired(evidence, [_at(each, quantity) for each in perplexities])
    ranges: pd.Series[float] = (
        100 * (table.max(axis=1) - table.min(axis=1)) / table.mean(axis=1)
    ).mask(table.nunique(axis=1) == 1, 0.0)
    return ranges


def _latent_deaths() -> Statement:
    return Statement.at(
        "tsne-deaths-reach-about-2",
        "The last death of t-SNE's embeddings of SPHERES in Figure 6 is at about 2.",
        f"Looks at the largest of the last deaths at {_FIGURE_6}, in every repetition. Holds if "
        f"the interval lies between {2 / _ABOUT:g} and {2 * _ABOUT:g}, does not hold if outside. "
        + INTERVAL,
        Threshold(
            "factor by which 2 may be missed",
            _ABOUT,
            (1.5, 3.0),
            "The paper reads the number off a plot; t-SNE's scale grows and shrinks by its start.",
            lambda factor: mean_within(
                _latest_death,
                f"largest death of t-SNE on SPHERES at {_FIGURE_6}",
                low=2 / factor,
                high=2 * factor,
            ),
        ),
    )


def _latest_death(evidence: Evidence) -> pd.Series[float]:
    samples = [_at(perplexity, LATENT_DEATH) for perplexity in FIGURE_6_PERPLEXITIES]
    latest: pd.Series[float] = paired(evidence, samples).max(axis=1)
    return latest


def _all_on_the_diagonal() -> Statement:
    return Statement(
        "all-points-matched-to-diagonal-at-every-perplexity",
        "At no perplexity does a point of the input's diagram find a partner in t-SNE's.",
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if it is 0 in every repetition at "
        "every perplexity; one exception refutes it.",
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


SWEEP_CONCLUSIONS = (
    _conclusion(
        name="minimal-changes",
        place="Figure 6",
        quote="The Sliced-Wasserstein and Bottleneck distances will show only minimal changes",
        readings=tuple(map(_changes_little, (BOTTLENECK, SLICED))),
    ),
    _conclusion(
        name="sliced-wasserstein-decreases",
        place="4.2.1, Figure 8 right",
        quote="For sufficiently large perplexity, the Sliced Wasserstein distance decreases",
        readings=tuple(map(_falls, _SCALINGS)),
    ),
    _conclusion(
        name="perplexity-reduces-distances",
        place="5.1, Figure 8 right",
        quote="Increasing perplexity reduces topological distances",
        readings=tuple(map(_trend, _SCALINGS)),
    ),
    _conclusion(
        name="tsne-becomes-topology-informed",
        place="4.2.1, Figure 8 right",
        quote="indicating that t-SNE becomes topology-informed",
        readings=(_not_merely_emptier(),),
    ),
    _conclusion(
        name="tsne-can-learn-topology",
        place="5.1, Figure 8 right",
        quote="t-SNE can learn topology with adequate perplexity",
        readings=(_better_than_nothing(),),
    ),
    _conclusion(
        name="perplexity-captures-global-structure",
        place="4.2.1",
        quote="increasing perplexity can help capture the global structure",
        readings=(_global_structure(),),
    ),
    _conclusion(
        name="tsne-features-vanish-at-2",
        place="4.2.1, Figure 6",
        quote="occurs at a threshold of 2",
        readings=(_latent_deaths(),),
    ),
    _conclusion(
        name="likewise-at-every-perplexity",
        place="4.2.1, Figure 6",
        quote="different result of t-SNE at different levels of perplexity",
        readings=(_all_on_the_diagonal(),),
    ),
)
