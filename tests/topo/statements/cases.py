"""For every statement on embeddings three tables: one where it holds, one not, one undecided."""

from __future__ import annotations

from collections.abc import Callable

from tests.topo.statements.tables import Table, Values, unsure

#: Tables in which a statement holds, does not hold, and stays undecided.
Triple = tuple[Table, Table, Table]

DATASETS = ("spheres", "mnist")
SIGMAS = ("0.01", "0.1", "1")
NAN = float("nan")


def triple(make: Callable[..., Table], holds: object, fails: object, undecided: object) -> Triple:
    return make(holds), make(fails), make(undecided)


def four(metric: str, dataset: str, *, scaling: str = "raw") -> Callable[..., Table]:
    """Tables of one metric: t-SNE, UMAP, AE, TopoAE."""

    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        methods = dict(zip(("tsne", "umap", "ae", "topoae"), values, strict=True))
        return Table().benchmark(metric, dataset, scaling=scaling, **methods)

    return make


def merged(*tables: Table) -> Table:
    table = Table()
    table.rows = [row for each in tables for row in each.rows]
    table.numbers = [row for each in tables for row in each.numbers]
    return table


def _ranks(dataset: str) -> dict[str, Triple]:
    second, third = (3, 4, 1, 2), (1, 2, 4, 3)
    first_or_second = (second, third, (1, 2, 4, unsure(2, 2)))
    lower = (3, 4, 2, 1)
    return {
        f"topoae-first-or-second-bottleneck-{dataset}": triple(
            four("bottleneck", dataset), *first_or_second
        ),
        f"topoae-first-or-second-sliced-wasserstein-{dataset}": triple(
            four("sliced_wasserstein", dataset), *first_or_second
        ),
        f"topoae-lowest-rmse-{dataset}": triple(
            four("rmse", dataset), lower, second, (3, 4, 2, unsure(2, 2))
        ),
        f"reconstruction-not-hindered-{dataset}": triple(
            lambda value: Table().benchmark("reconstruction_error", dataset, ae=100, topoae=value),
            101,
            110,
            unsure(105, 3),
        ),
        f"tsne-and-umap-most-trustworthy-{dataset}": triple(
            four("trustworthiness", dataset),
            (0.9, 0.8, 0.6, 0.5),
            (0.9, 0.8, 0.6, 0.85),
            (0.9, 0.8, 0.6, unsure(0.8, 0.3)),
        ),
    }


def _kl(dataset: str, family: str) -> dict[str, Triple]:
    def three(*values: tuple[Values, Values, Values, Values]) -> Table:
        metrics = (f"{family.replace('-', '_')}_{sigma}" for sigma in SIGMAS)
        return merged(
            *(four(metric, dataset)(each) for metric, each in zip(metrics, values, strict=True))
        )

    good, last, unclear = (1, 2, 4, 3), (1, 2, 3, 4), (1, 2, 4, unsure(4, 3))
    return {
        f"topoae-robust-{family}-{dataset}": (
            three(good, good, good),
            three(good, last, good),
            three(good, unclear, good),
        ),
        f"{family}-depends-on-bandwidth-{dataset}": (
            three(good, good, last),
            three(good, good, good),
            three(good, good, (1, unsure(1, 1), 4, 3)),
        ),
    }


def _competitive(dataset: str) -> Triple:
    lower = ("kl_0.01", "kl_0.1", "kl_1", "rmse", "bottleneck", "sliced_wasserstein")

    def make(values: tuple[Values, ...]) -> Table:
        table = Table().benchmark("trustworthiness", dataset, umap=0.8, topoae=values[0])
        for metric, value in zip(lower, values[1:], strict=True):
            table.benchmark(metric, dataset, umap=2, topoae=value)
        return table

    return triple(
        make,
        (0.7, 1, 1, 1, 3, 3, 1),
        (0.9, 3, 3, 3, 3, 1, 1),
        (0.9, 1, 1, 3, 3, 3, unsure(2, 1)),
    )


def _nearly_equal(dataset: str, metric: str, far: float) -> Triple:
    moving = [100, 100 + far, 100, 100 + far, 100]
    return triple(
        four(metric, dataset),
        (100, 100.1, 100.2, 100.3),
        (100, 100.1, 100.2, 100 + far),
        (100, 100, 100, moving),
    )


def _half_death(dataset: str) -> Triple:
    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        deaths = four("input_max_death", dataset)(([25.0] * 3,) * 4)
        return merged(deaths, four("bottleneck", dataset)(values))

    exact = [12.5] * 3
    return triple(
        make,
        (exact, exact, exact, exact),
        (exact, exact, [12.5, 12.4, 12.5], exact),
        (exact, exact, [NAN] * 3, exact),
    )


def _overlooks(dataset: str, metric: str, far: float) -> Triple:
    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        empty = four(metric, dataset, scaling="empty")((100, 100, 100, 100))
        return merged(empty, four(metric, dataset)(values))

    return triple(
        make,
        (100.2, 99.8, 100, 100.3),
        (100.2, 99.8, 100, 100 - 2 * far),
        (100.2, 99.8, 100, unsure(100 + far, far)),
    )


def _spreads(dataset: str, metric: str, scaling: str = "raw") -> Triple:
    """Splits move more than methods; methods move more; both alike."""

    def make(steps: tuple[float, float]) -> Table:
        split, method = steps
        values = [[100 + split * s + method * m for s in (0, 1, -1, 2, -2)] for m in range(4)]
        return four(metric, dataset, scaling=scaling)(tuple(values))

    return triple(make, (10, 1), (1, 10), (1, 1))


def _order(dataset: str, metric: str) -> Triple:
    def make(scaled: tuple[Values, Values, Values, Values]) -> Table:
        raw = four(metric, dataset)((1, 2, 3, 4))
        return merged(raw, four(metric, dataset, scaling="sum")(scaled))

    return triple(make, (4, 3, 2, 1), (10, 20, 30, 40), (10, 20, 30, unsure(30, 20)))


def _twice() -> Triple:
    def make(values: tuple[Values, Values]) -> Table:
        tables = [
            four("sliced_wasserstein", dataset)((value,) * 4)
            for dataset, value in zip(("spheres_2x", "spheres"), values, strict=True)
        ]
        return merged(*tables)

    wide = unsure(13900, 1400)
    return triple(make, (13900, 25000), (25000, 13900), (wide, wide))


def _plain_splits() -> Triple:
    """As `_spreads`, with the splits' values beside a benchmark whose splits are all alike."""

    def make(steps: tuple[float, float]) -> Table:
        split, method = steps
        table = four("sliced_wasserstein", "spheres")(
            tuple([100 + method * m] * 5 for m in range(4))
        )
        drawn = [100 + split * s for s in (0, 1, -1, 2, -2)]
        return table.theory("random_splits/plain", empty_sliced_wasserstein=drawn)

    return triple(make, (10, 1), (1, 10), (1, 1))


def _scaled(dataset: str, metric: str) -> dict[str, Triple]:
    splits, methods, alike = _spreads(dataset, metric, "sum")
    name = metric.replace("_", "-")
    return {
        f"scaled-{name}-separates-methods-{dataset}": (methods, splits, alike),
        f"scaling-changes-{name}-order-{dataset}": _order(dataset, metric),
    }


def _diagrams(dataset: str) -> dict[str, Triple]:
    return {
        f"bottleneck-nearly-equal-{dataset}": _nearly_equal(dataset, "bottleneck", 2),
        f"sliced-wasserstein-nearly-equal-{dataset}": _nearly_equal(
            dataset, "sliced_wasserstein", 10
        ),
        f"bottleneck-is-half-largest-input-death-{dataset}": _half_death(dataset),
        f"bottleneck-overlooks-scale-{dataset}": _overlooks(dataset, "bottleneck", 1),
        f"sliced-wasserstein-overlooks-scale-{dataset}": _overlooks(
            dataset, "sliced_wasserstein", 5
        ),
        f"random-split-moves-sliced-wasserstein-more-than-method-{dataset}": _spreads(
            dataset, "sliced_wasserstein"
        ),
        **_scaled(dataset, "bottleneck"),
        **_scaled(dataset, "sliced_wasserstein"),
    }


def one(metric: str, method: str, dataset: str = "spheres") -> Callable[[Values], Table]:
    """Tables of one metric of one method."""
    return lambda value: Table().benchmark(metric, dataset, **{method: value})


def _fragments(method: str) -> Triple:
    def make(values: tuple[Values, Values]) -> Table:
        pieces, nesting = values
        return merged(one("outer_fragments", method)(pieces), one("nesting", method)(nesting))

    return triple(make, (10, 0.1), (1, 0.1), (unsure(1.5, 1), 0.1))


def _enclosure() -> dict[str, Triple]:
    twice = unsure(0.5, 0.2)
    return {
        "topoae-encloses": triple(one("nesting", "topoae"), 0.8, 0.2, twice),
        "topoae-alone-encloses": triple(
            four("nesting", "spheres"), (0.1, 0.0, 0.0, 0.8), (0.7, 0, 0, 0.8), (twice, 0, 0, 0.8)
        ),
        "tsne-fragments-outer-sphere": _fragments("tsne"),
        "umap-fragments-outer-sphere": _fragments("umap"),
        "ae-compresses-outer-sphere": triple(
            one("outer_inner_area_ratio", "ae"), 0.1, 3, unsure(1, 0.5)
        ),
        "ae-outer-sphere-as-large-as-inner-one": triple(
            one("outer_class_area_ratio", "ae"), 1, 9, unsure(3, 1)
        ),
    }


def _classes() -> dict[str, Triple]:
    def versus(metric: str, other: str) -> Callable[[Values], Table]:
        return lambda value: Table().benchmark(metric, "mnist", topoae=value, **{other: 0.5})

    better = (0.6, 0.4, unsure(0.5, 0.1))
    alike = (0.47, 0.4, unsure(0.45, 0.05))
    return {
        "topoae-separates-classes-better-than-ae-knn-accuracy": triple(
            versus("knn_accuracy", "ae"), *better
        ),
        "topoae-separates-classes-better-than-ae-silhouette": triple(
            versus("silhouette", "ae"), *better
        ),
        "topoae-separates-classes-like-umap-knn-accuracy": triple(
            versus("knn_accuracy", "umap"), *alike
        ),
        "topoae-separates-classes-like-umap-silhouette": triple(
            versus("silhouette", "umap"), *alike
        ),
        "ae-separates-classes-worst": triple(
            four("knn_accuracy", "mnist"),
            (0.9, 0.8, 0.5, 0.6),
            (0.9, 0.8, 0.5, 0.4),
            (0.9, 0.8, 0.5, unsure(0.5, 0.1)),
        ),
        "topoae-keeps-mnist-distances-better-than-ae": triple(
            versus("distance_pearson", "ae"), *better
        ),
        "tsne-clusters-distinct": triple(
            one("silhouette", "tsne", "mnist"), 0.4, 0.1, unsure(0.25, 0.1)
        ),
    }


BENCHMARK_CASES: dict[str, Triple] = {
    **{name: tables for dataset in DATASETS for name, tables in _ranks(dataset).items()},
    **{
        name: tables
        for dataset in DATASETS
        for family in ("kl", "kl-raw")
        for name, tables in _kl(dataset, family).items()
    },
    **{f"topoae-competitive-with-umap-{dataset}": _competitive(dataset) for dataset in DATASETS},
    **{name: tables for dataset in DATASETS for name, tables in _diagrams(dataset).items()},
    **{
        f"all-points-matched-to-diagonal-{method}": triple(
            one("matched_share", method), [0.0] * 3, [0.0, 0.01, 0.0], [NAN] * 3
        )
        for method in ("tsne", "umap", "topoae")
    },
    **{
        f"nearly-all-matched-to-diagonal-{method}": triple(
            one("matched_share", method), 0.005, 0.03, unsure(0.01, 0.005)
        )
        for method in ("tsne", "umap", "topoae")
    },
    "input-deaths-reach-about-25": triple(one("input_max_death", "tsne"), 26, 35, unsure(27.5, 2)),
    "plain-random-split-moves-sliced-wasserstein-more-than-method-spheres": _plain_splits(),
    "outer-sphere-has-twice-the-points": _twice(),
    **_enclosure(),
    **_classes(),
}
