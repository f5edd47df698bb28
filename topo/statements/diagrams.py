"""Statements on the distances between persistence diagrams."""

from __future__ import annotations

import pandas as pd

from topo.names import dataset_title, method_title
from topo.paper import paper_value
from topo.statements.base import Decide, Statement
from topo.statements.evidence import Evidence, paired
from topo.statements.predicates import (
    INTERVAL,
    Measure,
    all_of,
    every_value_within,
    mean_within,
)
from topo.statements.quantities import (
    BOTTLENECK,
    DATASETS,
    INPUT_DEATH,
    MATCHED,
    SLICED,
    SLICED_BY_SUM,
    kebab,
)
from topo.statements.rankings import order_changes
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import four_methods, relative_range, splits_against_methods
from topo.table.layout import RANKED

THEME = "Diagram distances"

#: Up to so many per cent apart the four methods count as nearly equal, and a method and the empty
#: diagram as the same.
NEARLY = {"bottleneck": 1.0, "sliced_wasserstein": 5.0}
#: Relative error that rounding may leave.
EXACT = 1e-6
#: What passes for "approximately 25".
ABOUT_25 = (22.5, 27.5)
#: Per cent by which the paper's d_SW may be missed on the dataset that the paper used.
SAME_DATA = 5.0


def _statement(name: str, place: str, claim: str, rule: str, decide: Decide) -> Statement:
    return Statement(name, THEME, place, claim, rule, decide)


def _nearly_equal(dataset: str, quantity: Quantity) -> Statement:
    bound = NEARLY[quantity.metric]
    return _statement(
        f"{kebab(quantity.metric)}-nearly-equal-{dataset}",
        "4.2.1, Table 1",
        f"The four methods differ little in {quantity.title} on {dataset_title(dataset)}: "
        '"smaller than expected".',
        "Looks at the range of the four methods in per cent of their mean, split by split. Holds "
        f"if the interval lies below {bound:g} %, does not hold if above. {INTERVAL}",
        mean_within(
            relative_range(dataset, quantity),
            f"range of {quantity.title} over the four methods on {dataset_title(dataset)}, in %",
            high=bound,
        ),
    )


def _half_of_largest_death(dataset: str) -> Statement:
    return _statement(
        f"bottleneck-is-half-largest-input-death-{dataset}",
        "4.2.1",
        f"d_b is the way of the input's last death to the diagonal on {dataset_title(dataset)}, "
        'whatever the method: "the highest point of the original diagram to the diagonal".',
        "Holds if d_b of each of the four methods is half of the largest input death on every "
        f"split, up to {EXACT:g} of it; one exception refutes it.",
        every_value_within(
            [_excess_over_half_death(dataset, method) for method in RANKED],
            "d_b of the four methods minus half of the largest input death, relative to it, on "
            f"{dataset_title(dataset)}",
            low=-EXACT,
            high=EXACT,
        ),
    )


def _excess_over_half_death(dataset: str, method: str) -> Measure:
    samples = [Sample(dataset, method, each) for each in (BOTTLENECK, INPUT_DEATH)]

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = paired(evidence, samples)
        return (table[0] - table[1] / 2) / (table[1] / 2)

    return measure


def _all_on_the_diagonal(method: str) -> Statement:
    sample = Sample("spheres", method, MATCHED)
    return _statement(
        f"all-points-matched-to-diagonal-{method}",
        "4.2.1, Figure 6",
        f"No point of the input's diagram finds a partner in that of {method_title(method)} on "
        'SPHERES: "every single point is matched with the diagonal".',
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if it is 0 on every split; one "
        "exception refutes it.",
        every_value_within([lambda evidence: evidence.values(sample)], sample.title, low=0, high=0),
    )


def _input_deaths() -> Statement:
    low, high = ABOUT_25
    return _statement(
        "input-deaths-reach-about-25",
        "4.2.1, Figure 6",
        'The last death of SPHERES itself is at a "threshold of approximately 25".',
        f"Holds if the interval of the largest input death lies between {low:g} and {high:g}, does "
        f"not hold if outside. {INTERVAL}",
        mean_within(
            lambda evidence: evidence.values(Sample("spheres", "tsne", INPUT_DEATH)),
            "largest input death on SPHERES",
            low=low,
            high=high,
        ),
    )


def _blind_to_the_embedding(dataset: str, quantity: Quantity) -> Statement:
    bound = NEARLY[quantity.metric]
    parts = {
        method: mean_within(
            _difference_from_nothing(dataset, method, quantity),
            f"{quantity.title} of {method_title(method)} minus that of the empty diagram on "
            f"{dataset_title(dataset)}, in %",
            low=-bound,
            high=bound,
        )
        for method in RANKED
    }
    return _statement(
        f"{kebab(quantity.metric)}-overlooks-scale-{dataset}",
        "4.2.1, 5.1, Figure 6",
        f"{quantity.title} hardly tells the four embeddings of {dataset_title(dataset)} from an "
        'empty diagram, since scale decides it: "they overlook the scale of the diagrams".',
        f"Looks at {quantity.title} minus its value for the empty diagram, in per cent of that. "
        f"Holds if the interval lies within {bound:g} % for each of the four methods, does not "
        f"hold if it lies outside for one. {INTERVAL}",
        all_of(parts),
    )


def _difference_from_nothing(dataset: str, method: str, quantity: Quantity) -> Measure:
    empty = Quantity(quantity.metric, "empty")
    samples = [Sample(dataset, method, each) for each in (quantity, empty)]

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = paired(evidence, samples)
        return 100 * (table[0] - table[1]) / table[1]

    return measure


_SPREAD_RULE = (
    "Compares the standard deviation, over the splits, of the four methods' mean with that of the "
    "four methods' means. Holds if the {} moves it more, does not hold if the {} does, where the "
    "95 % χ²-interval of the first lies wholly on one side of the second; else not decidable."
)


def _splits_move_more(dataset: str) -> Statement:
    return _statement(
        f"random-split-moves-sliced-wasserstein-more-than-method-{dataset}",
        "Table 1; a check of this study",
        f"The methods' differences in d_SW on {dataset_title(dataset)} are below what another "
        'random split makes: "the differences in these metrics between methods were smaller than '
        'expected".',
        _SPREAD_RULE.format("split", "method"),
        splits_against_methods("splits", dataset=dataset, quantity=SLICED),
    )


def _scaling_separates(dataset: str) -> Statement:
    return _statement(
        f"scaled-sliced-wasserstein-separates-methods-{dataset}",
        "5.1",
        f"Divided by their sums, the diagrams of {dataset_title(dataset)} tell the methods apart: "
        '"exploring the potential of scaling the processed diagrams".',
        _SPREAD_RULE.format("method", "split"),
        splits_against_methods("methods", dataset=dataset, quantity=SLICED_BY_SUM),
    )


def _scaling_changes_order(dataset: str) -> Statement:
    return _statement(
        f"scaling-changes-sliced-wasserstein-order-{dataset}",
        "5.1",
        f"Scaling the diagrams of {dataset_title(dataset)} changes which method comes closer in "
        'd_SW: "to achieve better alignment and uncover additional insights".',
        "Holds if some two of the four methods change places between raw d_SW and d_SW of "
        "diagrams divided by their sums, does not hold if every two keep their order, each by a "
        "paired difference whose 95 % t-interval excludes 0; else not decidable.",
        order_changes(dataset, (SLICED, SLICED_BY_SUM)),
    )


def _twice_the_points() -> Statement:
    parts = {
        "spheres_2x": mean_within(
            _missed_paper("spheres_2x"), _missed_title("spheres_2x"), high=SAME_DATA
        ),
        "spheres": mean_within(_missed_paper("spheres"), _missed_title("spheres"), low=SAME_DATA),
    }
    return _statement(
        "outer-sphere-has-twice-the-points",
        "4.1.1, Table 1",
        "The paper's SPHERES has twice as many outer points as inner ones: \"twice as many "
        'datapoints as the smaller spheres combined".',
        "Looks at how far d_SW, averaged over the four methods, misses that of Table 1. Holds if "
        f"the interval lies below {SAME_DATA:g} % with twice the outer points and above it with "
        f"equally many, does not hold if one of the two is the other way round. {INTERVAL}",
        all_of(parts),
    )


def _missed_title(dataset: str) -> str:
    return f"mean d_SW on {dataset_title(dataset)}, distance from the paper's in %"


def _missed_paper(dataset: str) -> Measure:
    def measure(evidence: Evidence) -> pd.Series[float]:
        printed = [paper_value("spheres", method, SLICED.metric) for method in RANKED]
        target = sum(value for value in printed if value is not None) / len(printed)
        means: pd.Series[float] = four_methods(evidence, dataset, SLICED).mean(axis=1)
        return 100 * (means - target).abs() / target

    return measure


DIAGRAM_STATEMENTS = (
    *(_nearly_equal(dataset, each) for dataset in DATASETS for each in (BOTTLENECK, SLICED)),
    *(_half_of_largest_death(dataset) for dataset in DATASETS),
    *(_all_on_the_diagonal(method) for method in ("tsne", "umap", "topoae")),
    _input_deaths(),
    *(_blind_to_the_embedding(ds, each) for ds in DATASETS for each in (BOTTLENECK, SLICED)),
    *(_splits_move_more(dataset) for dataset in DATASETS),
    *(_scaling_separates(dataset) for dataset in DATASETS),
    *(_scaling_changes_order(dataset) for dataset in DATASETS),
    _twice_the_points(),
)
