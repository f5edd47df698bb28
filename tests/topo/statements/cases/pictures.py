"""Cases of the statements on pictures: enclosure on SPHERES, classes of MNIST."""

from __future__ import annotations

from collections.abc import Callable

from tests.topo.statements.cases.made import Made, barely, four, made, merged, one
from tests.topo.statements.tables import Table, Values, unsure

#: Nesting with the usual share forgiven, and with others.
NESTINGS = ("nesting", "nesting_0.5", "nesting_2", "nesting_5")


def nested(method: str) -> Callable[[Values], Table]:
    """Tables of nesting of one method, the same whatever is forgiven."""
    return lambda value: merged(*(one(each, method)(value) for each in NESTINGS))


def forgiving(method: str, usual: Values, others: Values) -> Table:
    """Another nesting with 2 and 5 % forgiven than with less."""
    values = (usual, usual, others, others)
    return merged(*(one(name, method)(value) for name, value in zip(NESTINGS, values, strict=True)))


def _fragments(method: str) -> Made:
    def make(values: tuple[Values, Values]) -> Table:
        pieces, nesting = values
        return merged(one("outer_fragments", method)(pieces), nested(method)(nesting))

    return made(make, (10, 0.1), (1, 0.1), (unsure(1.5, 1), 0.1), (barely(1.5, 0.3), 0.1))


def _alone() -> Made:
    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        return merged(*(four(each, "spheres")(values) for each in NESTINGS))

    twice, near = unsure(0.5, 0.2), barely(0.5, -0.05)
    holds, fails = (0.1, 0.0, 0.0, 0.8), (0.7, 0, 0, 0.8)
    return made(make, holds, fails, (twice, 0, 0, 0.8), (near, 0, 0, 0.8))


def _enclosure() -> dict[str, Made]:
    around = (0.8, 0.2, unsure(0.5, 0.2))
    below = (0.2, 0.8, unsure(0.5, 0.2), barely(0.5, -0.05))
    return {
        # Fragile: more forgiven, and it encloses no more.
        "topoae-encloses": Made(*map(nested("topoae"), around), forgiving("topoae", 0.8, 0.3)),
        "umap-encloses": made(nested("umap"), *around, barely(0.5, 0.05)),
        "ae-loses-enclosure": made(nested("ae"), *below),
        "topoae-alone-encloses": _alone(),
        "tsne-fragments-outer-sphere": _fragments("tsne"),
        "umap-fragments-outer-sphere": _fragments("umap"),
        "topoae-circle-is-not-perfect": made(
            one("outer_radius_variation", "topoae"),
            0.4,
            0.01,
            unsure(0.1, 0.05),
            barely(0.1, 0.01),
        ),
        "ae-compresses-outer-sphere": made(
            one("outer_inner_area_ratio", "ae"), 0.1, 3, unsure(1, 0.5), barely(1, -0.1)
        ),
        "ae-outer-sphere-as-large-as-inner-one": made(
            one("outer_class_area_ratio", "ae"), 1, 9, unsure(3, 1), barely(3, -0.2)
        ),
    }


#: Scores of the inner classes: apart, mixed, open and near the bound.
APART = {
    "knn-accuracy": ("inner_knn_accuracy", (0.99, 0.5, unsure(0.9, 0.1), barely(0.9, 0.01))),
    "silhouette": ("inner_silhouette", (0.8, -0.2, unsure(0.25, 0.1), barely(0.25, 0.05))),
}


def _inner_clusters() -> dict[str, Made]:
    return {
        f"{method}-keeps-inner-clusters-apart-{name}": made(one(metric, method), *values)
        for method in ("topoae", "umap")
        for name, (metric, values) in APART.items()
    }


def _classes() -> dict[str, Made]:
    def versus(metric: str, other: str) -> Callable[[Values], Table]:
        return lambda value: Table().benchmark(metric, "mnist", topoae=value, **{other: 0.5})

    better = (0.6, 0.4, unsure(0.5, 0.1), barely(0.5, 0.02, by=2))
    alike = (0.49, 0.2, unsure(0.45, 0.05), barely(0.45, 0.01, by=2))
    several = (8, 1, unsure(1.5, 1), barely(1.5, 0.2, by=2))
    return {
        "topoae-separates-classes-better-than-ae-knn-accuracy": made(
            versus("knn_accuracy", "ae"), *better
        ),
        "topoae-separates-classes-better-than-ae-silhouette": made(
            versus("silhouette", "ae"), *better
        ),
        "topoae-separates-classes-like-umap-knn-accuracy": made(
            versus("knn_accuracy", "umap"), *alike
        ),
        "topoae-separates-classes-like-umap-silhouette": made(versus("silhouette", "umap"), *alike),
        "ae-separates-classes-worst": made(
            four("knn_accuracy", "mnist"),
            (0.9, 0.8, 0.5, 0.6),
            (0.9, 0.8, 0.5, 0.4),
            (0.9, 0.8, 0.5, unsure(0.5, 0.1)),
            (0.9, 0.8, 0.5, barely(0.5, 0.02, by=2)),
        ),
        "topoae-keeps-mnist-distances-better-than-ae": made(
            versus("distance_pearson", "ae"), *better
        ),
        "tsne-clusters-distinct": made(one("fragments", "tsne", "mnist"), *several),
        "topoae-clusters-distinct": made(one("fragments", "topoae", "mnist"), *several),
    }


PICTURE_CASES: dict[str, Made] = {**_enclosure(), **_inner_clusters(), **_classes()}
