"""Conclusions on what distances in dimension 1 tell that those in dimension 0 cannot (5.1)."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.names import dataset_title
from topo.statements.claims.loops import THEME, in_loops
from topo.statements.contrasts import paired, theory_value
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import INTERVAL, all_of, every_value_within, mean_within
from topo.statements.quantities import SAME_LOOPS, slug
from topo.statements.samples import Quantity, theory_sample
from topo.statements.statement import Conclusion, Decide, Statement, Threshold

#: The dataset whose pictures keep more loops or fewer, and what draws it.
_DATASET = "k4"
METHODS = (
    *("topoae", "topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite"),
    *("ae", "tsne", "umap", "pca"),
)
#: Rank correlation from which a distance tells which picture keeps more loops.
_TELLS = 0.5
#: What rounding leaves of a distance that is 0, and share of its persistence that a loop loses.
_NO_DISTANCE, _SEEN = 1e-9, 0.25

_DISTANCES = tuple(
    Quantity(name, scaling)
    for name in ("bottleneck", "sliced_wasserstein")
    for scaling in ("raw", "sum")
)


def _tells_loops(quantity: Quantity) -> Statement:
    in_1 = Quantity(f"{quantity.metric}_h1", quantity.scaling, 1)
    correlations = {each: _against_loops(each) for each in (quantity, in_1)}
    name = f"{slug(quantity.metric)}-{quantity.scaling}"
    return Statement.at(
        f"{name}-tells-loops-in-dimension-1-alone",
        f"{in_1.title} tells which picture of {dataset_title(_DATASET)} keeps more of its loops, "
        f"and {quantity.title} in dimension 0 does not.",
        f"Looks at Spearman's correlation over {len(METHODS)} methods, in every repetition: of "
        "the distance, with its sign turned, with how many of the input's loops are loops of the "
        f"picture still. Holds if the interval lies above {_TELLS:g} in dimension 1 and below in "
        f"dimension 0, does not hold if one lies on the other side. {INTERVAL}",
        Threshold(
            "rank correlation from which a distance tells the loops",
            _TELLS,
            (0.3, 0.7),
            "Half of the way from no order to the same one.",
            partial(_one_tells, correlations),
        ),
    )


def _one_tells(correlations: dict[Quantity, Measure], bound: float) -> Decide:
    zero, one = correlations
    rule = partial(_correlation_within, correlations)
    return all_of({"1": rule(one, low=bound), "0": rule(zero, high=bound)})


def _correlation_within(
    correlations: dict[Quantity, Measure], quantity: Quantity, **bounds: float
) -> Decide:
    what = f"order of methods by {quantity.title} and by the loops kept"
    if quantity.dimension == 0:
        what = what.replace(quantity.title, f"{quantity.title} in dimension 0")
    return mean_within(correlations[quantity], what, **bounds)


def _against_loops(quantity: Quantity) -> Measure:
    """Measure by repetition how a distance, the smaller the better, orders methods as loops do."""
    kept = [in_loops(_DATASET, method, SAME_LOOPS) for method in METHODS]
    distances = [in_loops(_DATASET, method, quantity) for method in METHODS]

    def measure(evidence: Evidence) -> pd.Series[float]:
        table = paired(evidence, [*kept, *distances])
        loops, lengths = table.iloc[:, : len(kept)], table.iloc[:, len(kept) :]
        ranks = loops.rank(axis=1)
        order = (-lengths).rank(axis=1).set_axis(ranks.columns, axis=1)
        correlations: pd.Series[float] = ranks.corrwith(order, axis=1)
        return correlations

    return measure


def _unrolled() -> Statement:
    case = "circle_unrolled"

    def share(evidence: Evidence) -> pd.Series[float]:
        samples = [theory_sample(case, each, 1) for each in ("bottleneck", "input_max_persistence")]
        table = paired(evidence, samples)
        return table[0] / table[1]

    blind = every_value_within(
        [theory_value(case, "bottleneck")],
        "d_b in dimension 0 of circle and line",
        high=_NO_DISTANCE,
    )
    return Statement.at(
        "bottleneck-tells-circle-from-line-in-dimension-1-alone",
        "A circle and the line that it unrolls to differ in d_b in dimension 1, and not in "
        "dimension 0.",
        f"Holds if d_b is 0 (at most {_NO_DISTANCE:g}) in dimension 0, and in dimension 1 at least "
        f"{_SEEN:g} of the persistence of the circle's loop; one exception refutes it.",
        Threshold(
            "distance in dimension 1, in persistences of the loop",
            _SEEN,
            (0.1, 0.4),
            "The empty diagram is at 0.5.",
            lambda low: all_of(
                {
                    "0": blind,
                    "1": every_value_within(
                        [share], "d_b in dimension 1 in persistences of the circle's loop", low=low
                    ),
                }
            ),
        ),
    )


LOOP_DISTANCE_CONCLUSIONS = (
    Conclusion(
        name="distances-across-dimensions",
        theme=THEME,
        place="5.1",
        quote="taking into consideration the variations in distances across different dimensions",
        readings=(_unrolled(), *map(_tells_loops, _DISTANCES)),
    ),
)
