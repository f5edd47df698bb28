"""What the paper's Table 1 says by itself, held against the paper's own words."""

from __future__ import annotations

from topo.names import dataset_title
from topo.statements.claims.diagrams import nearly
from topo.statements.printed import (
    marks_agree,
    printed_keeps_up,
    printed_order_changes,
    printed_range_below,
    printed_within,
)
from topo.statements.quantities import (
    BOTTLENECK,
    DATASETS,
    KL,
    RMSE,
    SLICED,
    TRUSTWORTHINESS,
    slug,
)
from topo.statements.samples import Quantity
from topo.statements.statement import Statement, Threshold

#: Per cent by which a method may be worse that keeps up.
KEEPS_UP = 10.0
_COUNTED = (KL[0], KL[2], TRUSTWORTHINESS, RMSE)

_ALONE = "Judged on the paper's numbers alone, which have no repetitions."


def marks_follow_numbers(dataset: str) -> Statement:
    """Say that Table 1 marks the best and the second-best value of every column."""
    return Statement(
        f"table-1-marks-follow-its-numbers-{dataset}",
        f"On {dataset_title(dataset)} Table 1 marks the best value of every column in bold and "
        "underlined, and the next in bold.",
        f"{_ALONE} The marks are those of the copy that this study read. Holds if every one is "
        "that of the number, where equal numbers share one; one exception refutes it.",
        marks_agree(dataset),
    )


def _first_or_second() -> Statement:
    return Statement(
        "printed-topoae-first-or-second",
        "In the paper's own numbers TopoAE is first or second in d_b and d_SW.",
        f"{_ALONE} Holds if at most one method is better in each column; one exception refutes it.",
        printed_within(2, "topoae", datasets=DATASETS, quantities=(BOTTLENECK, SLICED)),
    )


def _lowest_rmse() -> Statement:
    return Statement(
        "printed-topoae-lowest-rmse",
        "In the paper's own numbers TopoAE has the lowest RMSE.",
        f"{_ALONE} Holds if no method is better on either dataset; one exception refutes it.",
        printed_within(1, "topoae", datasets=DATASETS, quantities=(RMSE,)),
    )


def _robust_kl(dataset: str) -> Statement:
    return Statement(
        f"printed-topoae-robust-kl-{dataset}",
        f"In the paper's own numbers TopoAE does well in KL at every bandwidth on "
        f"{dataset_title(dataset)}.",
        f"{_ALONE} Robust means last at no bandwidth. Holds if some method is worse at each of the "
        "three; one exception refutes it.",
        printed_within(3, "topoae", datasets=(dataset,), quantities=KL),
    )


def _sensitive_kl(dataset: str) -> Statement:
    return Statement(
        f"printed-kl-depends-on-bandwidth-{dataset}",
        f"In the paper's own numbers the order in KL depends on the bandwidth on "
        f"{dataset_title(dataset)}.",
        f"{_ALONE} Holds if some two methods change places between two bandwidths, else it does "
        "not hold.",
        printed_order_changes(dataset, KL),
    )


def _nearly_equal(quantity: Quantity) -> Statement:
    margin = nearly(
        quantity,
        lambda bound: printed_range_below(bound, datasets=DATASETS, quantity=quantity),
    )
    return Statement.at(
        f"printed-{slug(quantity.metric)}-nearly-equal",
        f"In the paper's own numbers the methods differ little in {quantity.title}.",
        f"{_ALONE} Holds if their range is below {margin.value:g} % of their mean on both "
        "datasets; one exception refutes it.",
        margin,
    )


def _competitive(dataset: str) -> Statement:
    return Statement.at(
        f"printed-topoae-competitive-with-umap-{dataset}",
        f"In the paper's own numbers TopoAE keeps up with UMAP on {dataset_title(dataset)}.",
        f"{_ALONE} Counted are {', '.join(each.title for each in _COUNTED)}. Holds if TopoAE is "
        f"better, or worse by less than {KEEPS_UP:g} %, in at least half of them, else it does "
        "not hold.",
        Threshold(
            "per cent of UMAP's score by which TopoAE may be worse",
            KEEPS_UP,
            (5.0, 20.0),
            "As for the numbers of this study.",
            lambda margin: printed_keeps_up(
                margin, dataset=dataset, pair=("topoae", "umap"), quantities=_COUNTED
            ),
            unit="%",
        ),
    )


#: Readings of "Table 1 presents the quantitative results".
PRINTED_READINGS = (
    _first_or_second(),
    _lowest_rmse(),
    *map(_robust_kl, DATASETS),
    *map(_sensitive_kl, DATASETS),
    *map(_nearly_equal, (BOTTLENECK, SLICED)),
    *map(_competitive, DATASETS),
)
