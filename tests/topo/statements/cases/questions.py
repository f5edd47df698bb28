"""Cases of the statements on clusters of the method's own making, and on many points."""

from __future__ import annotations

from itertools import product

from tests.topo.statements.cases.made import NAN, Made, barely, made
from tests.topo.statements.tables import Table, Values, unsure
from topo.questions.clusters import quantity

_COUNTS = [quantity(p, s) for p, s in product((1.5, 2.0, 3.0), (0.01, 0.02, 0.05))]
_WITHOUT = ("mnist_null", "digits_null", "ball", "sheet")


def _drawn(**counts: Values) -> Table:
    """Numbers of clusters, the same whatever counts as one, by source and method."""
    table = Table()
    for place, values in counts.items():
        source, method = place.rsplit("__")
        table.theory(f"clusters/{source}/{method}", **dict.fromkeys(_COUNTS, values))
    return table


def _beside_null(dataset: str, method: str) -> Made:
    def make(count: Values) -> Table:
        return _drawn(**{f"{dataset}__{method}": count, f"{dataset}_null__{method}": 5 * [1.0]})

    return made(make, 5 * [1.0], [6.0, 7, 5, 5, 7], unsure(2.0, 2.0), barely(2.0, 1.0))


def _of_its_own(method: str) -> Made:
    def make(count: Values) -> Table:
        others = {f"{source}__{method}": 5 * [1.0] for source in _WITHOUT[:-1]}
        return _drawn(**others, **{f"sheet__{method}": count})

    return made(make, [4.0, 5, 3, 4, 5], 5 * [1.0], unsure(1.5, 1.0), barely(1.5, 1.0))


def _trained(metric: str, at_most: tuple[Values, Values], at_fewest: Values = 63.4) -> Table:
    table = Table()
    for batch, values in zip((128, 1024), at_most, strict=True):
        table.theory(f"large_scale/n=100000/batch={batch}", **{metric: values})
        table.theory(f"large_scale/n=10000/batch={batch}", **{metric: at_fewest})
    return table


QUESTION_CASES = {
    **{
        f"{method}-clusters-of-{dataset}-as-of-its-null": _beside_null(dataset, method)
        for method in ("tsne", "umap")
        for dataset in ("mnist", "digits")
    },
    **{
        f"{method}-draws-clusters-of-its-own": _of_its_own(method)
        for method in ("tsne", "umap", "topoae")
    },
    "topological-term-constant-per-point": Made(
        _trained("distances_per_point", (63.4, 63.4)),
        _trained("distances_per_point", (63.4, 634.0)),
        Table().theory("large_scale/n=10000/batch=128", distances_per_point=63.4),
        _trained("distances_per_point", (63.4, [63.4, 63.4, 80.0, 63.4, 63.4]), 5 * [63.4]),
    ),
    "topological-term-below-network": Made(
        _trained("share_of_products", (0.1, 0.2), 0.1),
        _trained("share_of_products", (0.2, 0.7), 0.2),
        _trained("share_of_products", (0.2, [NAN] * 5), 0.2),
        _trained("share_of_products", (0.2, [0.2, 0.2, 0.7, 0.2, 0.2]), 0.2),
    ),
    "topological-loss-falls-on-many-points": Made(
        # With few points it may be left to chance.
        _trained("topological_loss_ratio", (0.6, 0.8), 1.5),
        _trained("topological_loss_ratio", (0.6, 1.3), 0.5),
        _trained("topological_loss_ratio", (0.6, [NAN] * 5), 0.5),
        _trained("topological_loss_ratio", (0.6, [0.8, 0.8, 1.3, 0.8, 0.8]), 0.5),
    ),
}
