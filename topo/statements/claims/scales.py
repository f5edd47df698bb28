"""Conclusions on what scale does to the distances between persistence diagrams."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.statements.claims.diagrams import THEME, nearly, nearly_equal
from topo.statements.contrasts import paired
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import INTERVAL, all_of, mean_within
from topo.statements.quantities import (
    BOTTLENECK,
    BOTTLENECK_BY_SUM,
    DATASETS,
    SLICED,
    SLICED_BY_SUM,
    slug,
)
from topo.statements.rankings import order_changes
from topo.statements.samples import Quantity, Sample
from topo.statements.spreads import repetitions_against_methods
from topo.statements.statement import Conclusion, Decide, Statement

_conclusion = partial(Conclusion, theme=THEME)


def _blind_to_the_embedding(dataset: str, quantity: Quantity) -> Statement:
    # Within the margin that makes two methods nearly equal.
    margin = nearly(quantity, lambda bound: _near_nothing(dataset, quantity, bound))
    return Statement.at(
        f"{slug(quantity.metric)}-overlooks-scale-{dataset}",
        f"{quantity.title} hardly tells the four embeddings of {dataset_title(dataset)} from an "
        "empty diagram, since scale decides it.",
        f"Looks at {quantity.title} minus its value for the empty diagram, in per cent of that. "
        f"Holds if the interval lies within {margin.value:g} % for each of the four methods, does "
        f"not hold if it lies outside for one. {INTERVAL}",
        margin,
    )


def _near_nothing(dataset: str, quantity: Quantity, bound: float) -> Decide:
    return all_of(
        {
            method: mean_within(
                _difference_from_nothing(dataset, method, quantity),
                f"{quantity.title} of {method_title(method)} minus that of the empty diagram on "
                f"{dataset_title(dataset)}, in %",
                low=-bound,
                high=bound,
            )
            for method in PAPER_METHODS
        }
    )


def _difference_from_nothing(dataset: str, method: str, quantity: Quantity) -> Measure:
    empty = Quantity(quantity.metric, "empty")
    samples = [Sample(dataset, method, each) for each in (quantity, empty)]

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = paired(evidence, samples)
        return 100 * (table[0] - table[1]) / table[1]

    return measure


_SPREAD_RULE = (
    "Compares the standard deviation, over the repetitions, of a method's distance from the four "
    "methods' mean with that of the methods' means: a shift that all have in common says nothing "
    "of their differences. Holds if the {} moves it more, does not hold if the {} does, where the "
    "95 % χ²-interval of the first lies wholly on one side of the second; else not decidable."
)


def _splits_move_more(dataset: str) -> Statement:
    return Statement(
        f"random-split-moves-sliced-wasserstein-more-than-method-{dataset}",
        f"The methods' differences in d_SW on {dataset_title(dataset)} are below what another "
        "repetition makes of them (a check of this study).",
        _SPREAD_RULE.format("repetition", "method"),
        repetitions_against_methods("repetitions", dataset=dataset, quantity=SLICED),
    )


def _scaling_separates(dataset: str, raw: Quantity, scaled: Quantity) -> Statement:
    return Statement(
        f"scaled-{slug(raw.metric)}-separates-methods-{dataset}",
        f"Divided by their sums, the diagrams of {dataset_title(dataset)} tell the methods apart "
        f"in {raw.title}.",
        _SPREAD_RULE.format("method", "repetition"),
        repetitions_against_methods("methods", dataset=dataset, quantity=scaled),
    )


def _scaling_changes_order(dataset: str, raw: Quantity, scaled: Quantity) -> Statement:
    return Statement(
        f"scaling-changes-{slug(raw.metric)}-order-{dataset}",
        f"Scaling the diagrams of {dataset_title(dataset)} changes which method comes closer in "
        f"{raw.title}.",
        f"Holds if some two of the four methods change places between raw {raw.title} and that of "
        "diagrams divided by their sums, does not hold if every two keep their order, each by a "
        "paired difference whose 95 % t-interval excludes 0; else not decidable.",
        order_changes(dataset, (raw, scaled)),
    )


#: Distances between diagrams as they are, and between diagrams divided by their sums.
_PAIRS = ((BOTTLENECK, BOTTLENECK_BY_SUM), (SLICED, SLICED_BY_SUM))

SCALE_CONCLUSIONS = (
    _conclusion(
        name="differences-smaller-than-expected",
        place="4.2.1, Table 1",
        quote="the differences in these metrics between methods were smaller than expected",
        readings=(
            *(nearly_equal(ds, each) for ds in DATASETS for each in (BOTTLENECK, SLICED)),
            *(_splits_move_more(dataset) for dataset in DATASETS),
        ),
    ),
    _conclusion(
        name="distances-overlook-scale",
        place="4.2.1, 5.1, Figure 6",
        quote="they overlook the scale of the diagrams",
        readings=tuple(
            _blind_to_the_embedding(ds, each) for ds in DATASETS for each in (BOTTLENECK, SLICED)
        ),
    ),
    _conclusion(
        name="scaling-has-potential",
        place="5.1",
        quote="exploring the potential of scaling the processed diagrams",
        readings=tuple(_scaling_separates(ds, *pair) for ds in DATASETS for pair in _PAIRS),
    ),
    _conclusion(
        name="scaling-uncovers-insights",
        place="5.1",
        quote="to achieve better alignment and uncover additional insights",
        readings=tuple(_scaling_changes_order(ds, *pair) for ds in DATASETS for pair in _PAIRS),
    ),
)
