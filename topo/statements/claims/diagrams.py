"""Conclusions on the distances between persistence diagrams."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.paper import paper_value
from topo.statements.contrasts import Value, paired
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import (
    INTERVAL,
    all_of,
    every_value_within,
    mean_within,
    sample_within,
)
from topo.statements.quantities import (
    BOTTLENECK,
    DATASETS,
    INPUT_DEATH,
    MATCHED,
    SLICED,
    slug,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import four_methods, relative_range
from topo.statements.statement import Conclusion, Decide, Statement, Threshold

THEME = "Diagram distances"
_conclusion = partial(Conclusion, theme=THEME)

#: Share of the persistence below which next to nothing is matched.
_NEXT_TO_NOTHING = 0.01
#: Relative error that rounding may leave.
_EXACT = 1e-6
#: Per cent by which "approximately 25" may be missed.
_ABOUT = 10.0
#: Per cent by which the paper's d_SW may be missed on the dataset that the paper used.
_SAME_DATA = 5.0

#: In per cent: up to where values count as nearly equal, and what else would be sensible.
_NEARLY = {"bottleneck": (1.0, (0.5, 2.0)), "sliced_wasserstein": (5.0, (2.0, 10.0))}


def nearly(quantity: Quantity, rule: Callable[[float], Decide]) -> Threshold:
    """Return the margin within which a distance between diagrams counts as nearly equal, in %."""
    value, others = _NEARLY[quantity.metric]
    return Threshold(
        f"margin within which {quantity.title} is nearly equal",
        value,
        others,
        "Twice the range of the paper's own values on SPHERES, rounded.",
        rule,
        unit="%",
    )


def nearly_equal(dataset: str, quantity: Quantity) -> Statement:
    """Say that the four methods hardly differ in a distance between diagrams."""
    margin = nearly(
        quantity,
        lambda bound: mean_within(
            relative_range(dataset, quantity),
            f"range of {quantity.title} over the four methods on {dataset_title(dataset)}, in %",
            high=bound,
        ),
    )
    return Statement.at(
        f"{slug(quantity.metric)}-nearly-equal-{dataset}",
        f"The four methods differ little in {quantity.title} on {dataset_title(dataset)}.",
        "Looks at the range of the four methods in per cent of their mean, by repetition. Holds "
        f"if the interval lies below {margin.value:g} %, does not hold if above. {INTERVAL}",
        margin,
    )


def _half_of_largest_death(dataset: str) -> Statement:
    return Statement(
        f"bottleneck-is-half-largest-input-death-{dataset}",
        f"d_b is the way of the input's last death to the diagonal on {dataset_title(dataset)}, "
        "whatever the method.",
        "Holds if d_b of each of the four methods is half of the largest input death in every "
        f"repetition, up to {_EXACT:g} of it; one exception refutes it.",
        all_of(
            {
                method: every_value_within(
                    [_excess_over_half_death(dataset, method)],
                    f"d_b of {method_title(method)} minus half of the largest input death, "
                    f"relative to it, on {dataset_title(dataset)}",
                    low=-_EXACT,
                    high=_EXACT,
                )
                for method in PAPER_METHODS
            }
        ),
    )


def _excess_over_half_death(dataset: str, method: str) -> Measure:
    samples = [Sample(dataset, method, each) for each in (BOTTLENECK, INPUT_DEATH)]

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = paired(evidence, samples)
        half = table[1] / 2
        excess = table[0] - half
        # Of nothing, nothing is no excess, and all else is as large as itself.
        return (excess / half.mask(half == 0, table[0])).mask(excess == 0, 0.0)

    return measure


def _all_on_the_diagonal(method: str) -> Statement:
    sample = Sample("spheres", method, MATCHED)
    return Statement(
        f"all-points-matched-to-diagonal-{method}",
        f"No point of the input's diagram finds a partner in that of {method_title(method)} on "
        "SPHERES.",
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if it is 0 in every repetition; one "
        "exception refutes it.",
        every_value_within([Value(sample)], sample.title, low=0, high=0),
    )


def _nearly_all_on_the_diagonal(method: str) -> Statement:
    return Statement.at(
        f"nearly-all-matched-to-diagonal-{method}",
        f"Next to nothing of the input's diagram finds a partner in that of {method_title(method)} "
        "on SPHERES.",
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if the interval lies below "
        f"{_NEXT_TO_NOTHING:g}, does not hold if above. {INTERVAL}",
        Threshold(
            "share of the persistence that is next to nothing",
            _NEXT_TO_NOTHING,
            (0.005, 0.02, 0.05),
            "A hundredth leaves room for the few smallest deaths of the input.",
            lambda high: sample_within(Sample("spheres", method, MATCHED), high=high),
        ),
    )


def _input_deaths() -> Statement:
    return Statement.at(
        "input-deaths-reach-about-25",
        "The last death of SPHERES itself is at about 25.",
        "Holds if the interval of the largest input death lies between 22.5 and 27.5, does not "
        f"hold if outside. {INTERVAL}",
        Threshold(
            "per cent by which 25 may be missed",
            _ABOUT,
            (5.0, 20.0),
            "The paper reads the number off a plot.",
            lambda margin: mean_within(
                Value(Sample("spheres", "tsne", INPUT_DEATH)),
                "largest input death on SPHERES",
                low=25 * (1 - margin / 100),
                high=25 * (1 + margin / 100),
            ),
            unit="%",
        ),
    )


def _twice_the_points() -> Statement:
    return Statement.at(
        "outer-sphere-has-twice-the-points",
        "The paper's SPHERES has twice as many outer points as inner ones.",
        "Looks at how far d_SW, averaged over the four methods, misses that of Table 1. Holds if "
        f"the interval lies below {_SAME_DATA:g} % with twice the outer points and above it with "
        f"equally many, does not hold if one of the two is the other way round. {INTERVAL}",
        Threshold(
            "per cent by which d_SW may miss the paper's on the paper's dataset",
            _SAME_DATA,
            (3.0, 10.0),
            "The paper's four values differ by 2 % among themselves, plain random splits by 1 %.",
            lambda margin: all_of(
                {
                    "spheres_2x": _missed_by("spheres_2x", high=margin),
                    "spheres": _missed_by("spheres", low=margin),
                }
            ),
            unit="%",
        ),
    )


def _missed_by(dataset: str, **bounds: float) -> Decide:
    what = f"mean d_SW on {dataset_title(dataset)}, distance from the paper's in %"
    return mean_within(_missed_paper(dataset), what, **bounds)


def _missed_paper(dataset: str) -> Measure:
    def measure(evidence: Evidence) -> pd.Series[float]:
        printed = [paper_value("spheres", method, SLICED.metric) for method in PAPER_METHODS]
        target = sum(value for value in printed if value is not None) / len(printed)
        means: pd.Series[float] = four_methods(evidence, dataset, SLICED).mean(axis=1)
        return 100 * (means - target).abs() / target

    return measure


DIAGRAM_CONCLUSIONS = (
    _conclusion(
        name="bottleneck-measures-highest-point",
        place="4.2.1",
        quote="the highest point of the original diagram to the diagonal",
        readings=tuple(map(_half_of_largest_death, DATASETS)),
    ),
    _conclusion(
        name="everything-matched-to-diagonal",
        place="4.2.1, Figure 6",
        quote="every single point is matched with the diagonal",
        readings=(_all_on_the_diagonal("tsne"), _nearly_all_on_the_diagonal("tsne")),
    ),
    _conclusion(
        name="likewise-with-umap-and-topoae",
        place="4.2.1",
        quote="we observed a very similar result with both UMAP and TopoAE",
        readings=tuple(
            rule(method)
            for rule in (_all_on_the_diagonal, _nearly_all_on_the_diagonal)
            for method in ("umap", "topoae")
        ),
    ),
    _conclusion(
        name="input-features-vanish-at-25",
        place="4.2.1, Figure 6",
        quote="threshold of approximately 25",
        readings=(_input_deaths(),),
    ),
    _conclusion(
        name="twice-the-points",
        place="4.1.1, Table 1",
        quote="twice as many datapoints as the smaller spheres combined",
        readings=(_twice_the_points(),),
    ),
)
