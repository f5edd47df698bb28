"""Cases of the statements on distances between diagrams."""

from __future__ import annotations

from tests.topo.statements.cases.made import (
    DATASETS,
    NAN,
    Made,
    barely,
    by,
    four,
    made,
    merged,
    one,
)
from tests.topo.statements.tables import Table, Values, unsure


def _nearly_equal(dataset: str, metric: str, far: float) -> Made:
    moving = [100, 100 + far, 100, 100 + far, 100]
    return made(
        four(metric, dataset),
        (100, 100.1, 100.2, 100.3),
        (100, 100.1, 100.2, 100 + far),
        (100, 100, 100, moving),
        (100, 100, 100, barely(100 + far / 2, -far / 20, by=1.1 * by(dataset))),
    )


def _half_death(dataset: str) -> Made:
    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        deaths = four("input_max_death", dataset)(([25.0] * 3,) * 4)
        return merged(deaths, four("bottleneck", dataset)(values))

    exact = [12.5] * 3
    return made(
        make,
        (exact, exact, exact, exact),
        (exact, exact, [12.4] * 3, exact),
        (exact, exact, [NAN] * 3, exact),
        (exact, exact, [12.5, 12.4, 12.5], exact),
    )


def _overlooks(dataset: str, metric: str, far: float) -> Made:
    def make(values: tuple[Values, Values, Values, Values]) -> Table:
        empty = four(metric, dataset, scaling="empty")((100, 100, 100, 100))
        return merged(empty, four(metric, dataset)(values))

    return made(
        make,
        (100.2, 99.8, 100, 100.3),
        (100.2, 99.8, 100, 100 - 3 * far),
        (100.2, 99.8, 100, unsure(100 + far, far)),
        (100.2, 99.8, 100, barely(100 + far, -far / 10, by=1.1 * by(dataset))),
    )


def _spreads(dataset: str, metric: str, scaling: str = "raw") -> Made:
    """Repetitions move the methods apart more than their means are; the means more; alike."""
    # What each method has beyond the others, over five repetitions; it sums to 0 in both ways.
    own = [(1, -1, 0, 0, 0), (-1, 1, 0, 0, 0), (0, 0, 1, -1, 0), (0, 0, -1, 1, 0)]
    common = (0, 30, -30, 60, -60)

    def make(steps: tuple[float, float]) -> Table:
        repetition, method = steps
        values = [
            [100 + c + repetition * o + method * m for c, o in zip(common, row, strict=True)]
            for m, row in enumerate(own)
        ]
        return four(metric, dataset, scaling=scaling)(tuple(values))

    return made(make, (10, 0.1), (0.1, 10), (1, 0.7), (1, 0.44 if dataset == "spheres" else 0.51))


def _order(dataset: str, metric: str) -> Made:
    def make(scaled: tuple[Values, Values, Values, Values]) -> Table:
        raw = four(metric, dataset)((1, 2, 3, 4))
        return merged(raw, four(metric, dataset, scaling="sum")(scaled))

    return made(
        make,
        (4, 3, 2, 1),
        (10, 20, 30, 40),
        (10, 20, 30, unsure(30, 20)),
        (10, 20, 30, barely(30, -1, by=1.2 * by(dataset))),
    )


def _twice() -> Made:
    def make(values: tuple[Values, Values]) -> Table:
        tables = [
            four("sliced_wasserstein", dataset)((value,) * 4)
            for dataset, value in zip(("spheres_2x", "spheres"), values, strict=True)
        ]
        return merged(*tables)

    wide = unsure(13900, 1400)
    # 5 % above the paper's mean of 13,884 is 14,578.
    near = barely(14578, -100)
    return made(make, (13900, 25000), (25000, 13900), (wide, wide), (near, 25000))


def _scaled(dataset: str, metric: str) -> dict[str, Made]:
    repetitions, methods, alike, _ = _spreads(dataset, metric, "sum")
    fragile = four(metric, dataset, scaling="sum")
    name = metric.replace("_", "-")
    own = [(1, -1, 0, 0, 0), (-1, 1, 0, 0, 0), (0, 0, 1, -1, 0), (0, 0, -1, 1, 0)]
    size = 1.1 if dataset == "spheres" else 1.3
    near = tuple([100 + o + size * m for o in row] for m, row in enumerate(own))
    return {
        f"scaled-{name}-separates-methods-{dataset}": Made(
            methods, repetitions, alike, fragile(near)
        ),
        f"scaling-changes-{name}-order-{dataset}": _order(dataset, metric),
    }


def _of(dataset: str) -> dict[str, Made]:
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


DIAGRAM_CASES: dict[str, Made] = {
    **{name: tables for dataset in DATASETS for name, tables in _of(dataset).items()},
    **{
        f"all-points-matched-to-diagonal-{method}": made(
            one("matched_share", method), [0.0] * 3, [0.01] * 3, [NAN] * 3, [0.0, 0.01, 0.0]
        )
        for method in ("tsne", "umap", "topoae")
    },
    **{
        f"nearly-all-matched-to-diagonal-{method}": made(
            one("matched_share", method), 0.002, 0.08, unsure(0.01, 0.005), barely(0.01, -0.001)
        )
        for method in ("tsne", "umap", "topoae")
    },
    "input-deaths-reach-about-25": made(
        one("input_max_death", "tsne"), 25, 35, unsure(27.5, 2), barely(27.5, -0.3)
    ),
    "outer-sphere-has-twice-the-points": _twice(),
}
