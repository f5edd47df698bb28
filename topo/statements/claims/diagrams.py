"""Statements on the distances between persistence diagrams."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.paper import paper_value
from topo.statements.evidence import Evidence, paired
from topo.statements.predicates import (
    INTERVAL,
    Measure,
    all_of,
    every_value_within,
    mean_within,
    sample_within,
)
from topo.statements.quantities import (
    BOTTLENECK,
    DATASETS,
    INPUT_DEATH,
    LATENT_DEATH,
    MATCHED,
    SLICED,
    slug,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import four_methods, relative_range
from topo.statements.statement import Statement

THEME = "Diagram distances"
_statement = partial(Statement, theme=THEME)

#: Up to so many per cent apart the four methods count as nearly equal.
NEARLY = {"bottleneck": 1.0, "sliced_wasserstein": 5.0}
#: Share of the persistence below which next to nothing is matched.
_NEXT_TO_NOTHING = 0.01
#: Relative error that rounding may leave.
_EXACT = 1e-6
#: What passes for "approximately 25".
_ABOUT_25 = (22.5, 27.5)
#: And for "2".
ABOUT_2 = (1.0, 4.0)
#: Per cent by which the paper's d_SW may be missed on the dataset that the paper used.
_SAME_DATA = 5.0


def _nearly_equal(dataset: str, quantity: Quantity) -> Statement:
    bound = NEARLY[quantity.metric]
    return _statement(
        f"{slug(quantity.metric)}-nearly-equal-{dataset}",
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
        f"split, up to {_EXACT:g} of it; one exception refutes it.",
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


def _nearly_all_on_the_diagonal(method: str) -> Statement:
    quotation = "we observed a very similar result with both UMAP and TopoAE"
    if method == "tsne":
        quotation = "every single point is matched with the diagonal"
    return _statement(
        f"nearly-all-matched-to-diagonal-{method}",
        "4.2.1, Figure 6",
        f"Next to nothing of the input's diagram finds a partner in that of {method_title(method)} "
        f'on SPHERES: "{quotation}".',
        "Looks at the share of the input's persistence that the best matching (Wasserstein-1) "
        "pairs with points of the embedding's diagram. Holds if the interval lies below "
        f"{_NEXT_TO_NOTHING:g}, does not hold if above. {INTERVAL}",
        sample_within(Sample("spheres", method, MATCHED), high=_NEXT_TO_NOTHING),
    )


def _input_deaths() -> Statement:
    low, high = _ABOUT_25
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


def _latent_deaths(method: str) -> Statement:
    low, high = ABOUT_2
    return _statement(
        f"{method}-deaths-reach-about-2",
        "4.2.1",
        f"The last death of {method_title(method)}'s embeddings of SPHERES is that of t-SNE in "
        'Figure 6, "a threshold of 2": "a very similar result with both UMAP and TopoAE".',
        f"Holds if the interval of the largest death of the embedding lies between {low:g} and "
        f"{high:g}, does not hold if outside. {INTERVAL}",
        sample_within(Sample("spheres", method, LATENT_DEATH), low=low, high=high),
    )


def _twice_the_points() -> Statement:
    parts = {
        "spheres_2x": mean_within(
            _missed_paper("spheres_2x"), _missed_title("spheres_2x"), high=_SAME_DATA
        ),
        "spheres": mean_within(_missed_paper("spheres"), _missed_title("spheres"), low=_SAME_DATA),
    }
    return _statement(
        "outer-sphere-has-twice-the-points",
        "4.1.1, Table 1",
        "The paper's SPHERES has twice as many outer points as inner ones: \"twice as many "
        'datapoints as the smaller spheres combined".',
        "Looks at how far d_SW, averaged over the four methods, misses that of Table 1. Holds if "
        f"the interval lies below {_SAME_DATA:g} % with twice the outer points and above it with "
        f"equally many, does not hold if one of the two is the other way round. {INTERVAL}",
        all_of(parts),
    )


def _missed_title(dataset: str) -> str:
    return f"mean d_SW on {dataset_title(dataset)}, distance from the paper's in %"


def _missed_paper(dataset: str) -> Measure:
    def measure(evidence: Evidence) -> pd.Series[float]:
        printed = [paper_value("spheres", method, SLICED.metric) for method in PAPER_METHODS]
        target = sum(value for value in printed if value is not None) / len(printed)
        means: pd.Series[float] = four_methods(evidence, dataset, SLICED).mean(axis=1)
        return 100 * (means - target).abs() / target

    return measure


DIAGRAM_STATEMENTS = (
    *(_nearly_equal(dataset, each) for dataset in DATASETS for each in (BOTTLENECK, SLICED)),
    *(_half_of_largest_death(dataset) for dataset in DATASETS),
    *(_all_on_the_diagonal(method) for method in ("tsne", "umap", "topoae")),
    *(_nearly_all_on_the_diagonal(method) for method in ("tsne", "umap", "topoae")),
    _input_deaths(),
    *(_latent_deaths(method) for method in ("umap", "topoae")),
    _twice_the_points(),
)
