"""As `tests.topo.statements.cases`, for the statements on the sweep and on the theory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.topo.statements.cases import NAN, Triple, merged, triple
from tests.topo.statements.tables import Table, Values, unsure

SCALINGS = ("raw", "sum", "max", "best")


def swept(metric: str, scaling: str = "raw") -> Callable[[Mapping[int, Values]], Table]:
    """Tables of one metric of t-SNE along its perplexity."""
    return lambda values: Table().sweep(metric, values, scaling=scaling)


def _along(*rows: Sequence[float]) -> dict[int, Values]:
    """Values of every perplexity from one row per repetition."""
    return dict(zip((5, 30, 200, 750), map(list, zip(*rows, strict=True)), strict=True))


_FALLING = _along((4, 3, 2, 1), (5, 3, 4, 1), (4, 3, 2, 1))
_RISING = _along((1, 2, 3, 4), (1, 4, 3, 5), (1, 2, 3, 4))
_TREND_UNCLEAR = _along((4, 3, 2, 1), (1, 2, 3, 4), (3, 1, 4, 2))
_750_UNCLEAR = {30: 10, 750: unsure(10, 1)}


def _from_empty() -> Callable[[Mapping[int, Values]], Table]:
    def make(values: Mapping[int, Values]) -> Table:
        table = Table().sweep("sliced_wasserstein", values)
        return table.sweep("sliced_wasserstein", {30: 10, 750: 10}, scaling="empty")

    return make


def _epochs(values: tuple[Values, Values]) -> Table:
    nesting, variation = values
    table = Table()
    for metric, ends in (
        ("nesting", {20: 0.5, 50: 0.1, 100: nesting}),
        ("outer_radius_variation", {20: 0.5, 50: 0.9, 100: variation}),
    ):
        table.sweep(metric, ends, method="topoae", name="epochs")
    return table


def _as_topoae(values: Values) -> Table:
    return Table().sweep("nesting", {750: values}).benchmark("nesting", topoae=0.8)


SWEEP_CASES: dict[str, Triple] = {
    **{
        f"sliced-wasserstein-falls-to-750-{scaling}": triple(
            swept("sliced_wasserstein", scaling), {30: 10, 750: 9}, {30: 10, 750: 11}, _750_UNCLEAR
        )
        for scaling in SCALINGS
    },
    **{
        f"sliced-wasserstein-trend-falls-{scaling}": triple(
            swept("sliced_wasserstein", scaling), _FALLING, _RISING, _TREND_UNCLEAR
        )
        for scaling in SCALINGS
    },
    "sliced-wasserstein-falls-away-from-empty": triple(
        _from_empty(), {30: 9, 750: 7}, {30: 12, 750: 10.5}, {30: 12, 750: unsure(12, 1)}
    ),
    "tsne-750-beats-empty-diagram": triple(_from_empty(), {750: 9}, {750: 11}, _750_UNCLEAR),
    "nesting-rises-with-perplexity": triple(swept("nesting"), _RISING, _FALLING, _TREND_UNCLEAR),
    "tsne-deaths-reach-about-2": triple(
        swept("latent_max_death"),
        # Perplexity 5 is none of Figure 6's.
        {5: 9, 30: 2, 200: 1, 750: 0.1},
        {5: 2, 30: 9, 200: 1, 750: 0.1},
        {5: 2, 30: unsure(4, 1), 200: 1, 750: 0.1},
    ),
    "all-points-matched-to-diagonal-at-every-perplexity": triple(
        swept("matched_share"),
        {5: [0.0] * 3, 750: [0.0] * 3},
        {5: [0.0] * 3, 750: [0.0, 0.0, 0.1]},
        {5: [0.0] * 3, 750: [NAN] * 3},
    ),
    "topoae-circle-limited-by-compute": triple(
        _epochs, (0.8, 0.3), (0.8, 0.6), (unsure(0.55, 0.1), 0.3)
    ),
    "tsne-750-encloses": triple(
        swept("nesting"), {30: 0.1, 750: 0.9}, {30: 0.9, 750: 0.1}, {750: unsure(0.5, 0.2)}
    ),
    "tsne-750-encloses-as-well-as-topoae": triple(_as_topoae, 0.75, 0.5, unsure(0.7, 0.1)),
}


def _pair(
    case: str,
    *,
    to_z: float = 1e-30,
    to_x: float = 1e-30,
    deaths: float = 1e-15,
    bound: float = 1e-15,
    shared: float = 1.0,
    loops: tuple[float, float] = (1.0, 1.0),
) -> Table:
    table = Table().theory(
        case,
        loss_x_to_z=[to_z],
        loss_z_to_x=[to_x],
        death_distance=[deaths],
        death_bound=[bound],
        shared_pairs=[shared],
    )
    return table.theory(
        case, dimension=1, input_max_persistence=[loops[0]], latent_max_persistence=[loops[1]]
    )


def _pairs(**changes: object) -> Table:
    """The unrolled circle as it should be, and another pair changed."""
    changed = _pair("dimension_0_faithful/tied", **changes)  # type: ignore[arg-type]
    return merged(_pair("circle_unrolled"), changed)


_LOSSY = merged(
    _pair("circle_unrolled", to_z=1, shared=0.5, deaths=1, loops=(1, 0)),
    _pair("dimension_0_faithful/tied", to_x=1, shared=0.5, deaths=1, loops=(1, 0)),
)
_ALIGNMENTS = ("rotation", "reflection", "translation", "padding", "composition")


def _aligned(last: Table) -> Table:
    return merged(*(_pair(f"perfect_alignment/{name}") for name in _ALIGNMENTS[:-1]), last)


LOSS_CASES: dict[str, Triple] = {
    "loss-x-to-z-misses-change": (
        _pair("figure_4", to_x=9, loops=(1, 0.1)),
        _pair("figure_4", to_z=9, loops=(1, 0.1)),
        Table().theory("figure_4", loss_x_to_z=[1e-30]),
    ),
    "figure-4-shows-whole-loss-zero": (
        _pair("figure_4"),
        _pair("figure_4", to_x=9),
        Table().theory("figure_4", loss_x_to_z=[1e-30]),
    ),
    "zero-loss-hides-lost-loop": (_pairs(loops=(1, 0)), _pairs(loops=(1, 0.9)), _LOSSY),
    "zero-loss-allows-other-diagrams-in-dimension-0": (_pairs(deaths=0.1), _pairs(), _LOSSY),
    "zero-loss-allows-other-pairings-in-dimension-0": (_pairs(shared=0.9), _pairs(), _LOSSY),
    "loss-bounds-dimension-0-diagrams": (
        _pairs(deaths=1, bound=2),
        _pairs(deaths=2, bound=1),
        Table().theory("dimension_0_faithful/tied", death_distance=[1.0]),
    ),
    "perfect-alignment-has-no-loss": (
        _aligned(_pair("perfect_alignment/composition")),
        _aligned(_pair("perfect_alignment/composition", deaths=0.1)),
        _aligned(Table()),
    ),
}


def _violations(metric: str) -> Triple:
    def make(values: tuple[float, float]) -> Table:
        exact, drawn = values
        table = Table().theory("theorem_1/three_points", **{metric: [exact]})
        return table.theory("theorem_1/circle/m=20", **{metric: [0, drawn]})

    return triple(make, (0, 0), (0.3, 0), (0, 0.01))


def _limit(metric: str) -> Triple:
    dimension = None if metric == "hausdorff" else 0

    def make(values: tuple[Values, Values]) -> Table:
        way, end = values
        table = Table()
        for cloud in ("circle", "spheres"):
            # In an order that is neither that of the shares nor that of their names.
            for share, value in (("1", end), ("0.5", way), ("0.02", 4), ("0.75", 1)):
                case = f"theorem_1_limit/{cloud}/share={share}"
                table.theory(case, dimension=dimension, **{metric: value})
        return table

    return triple(make, (2, [0.0] * 5), (2, [0.0, 0.0, 0.0, 0.0, 0.1]), (2, [NAN] * 5))


def _linear(angle: float = 0.1, error: float = 1.0, condition: float = 1.0) -> Table:
    table = Table()
    for name, excess in (("gaussian", 0), ("digits", 1)):
        table.theory(
            f"linear_autoencoder/{name}",
            dimension=None,
            principal_angle=[angle * excess],
            error_ratio=[1 + (error - 1) * excess],
            latent_condition=[1 + (condition - 1) * excess],
        )
    return table


def _sliced(**metrics: Values) -> Table:
    table = Table().theory("sliced_against_exact/scale=1", **dict.fromkeys(metrics, [0.99] * 3))
    return table.theory("sliced_against_exact/spheres", **metrics)


STABILITY_CASES: dict[str, Triple] = {
    "theorem-1-for-edge-lengths": _violations("violation_printed"),
    "theorem-1-for-radii": _violations("violation_printed_radii"),
    "theorem-1-between-diagrams": _violations("violation_printed_diagrams"),
    "theorem-1-from-stability": _violations("violation_stability"),
    "sample-distance-vanishes": _limit("hausdorff"),
    "sample-diagram-distance-vanishes": _limit("diagram_hausdorff"),
    "batch-diagrams-are-good-approximations": triple(
        lambda value: Table().theory("theorem_1_limit/batch", bottleneck_share=value),
        0.1,
        0.49,
        unsure(0.25, 0.1),
    ),
    "linear-autoencoder-finds-pca-plane": (_linear(), _linear(error=1.2), _linear(angle=NAN)),
    "linear-autoencoder-draws-pca-picture": (
        _linear(),
        _linear(condition=1.5),
        _linear(condition=NAN),
    ),
    "sliced-wasserstein-approximates-wasserstein": (
        _sliced(ratio_min=[0.9], ratio_max=[1.1]),
        _sliced(ratio_min=[0.7], ratio_max=[1.2]),
        _sliced(ratio_max=[1.1]),
    ),
    "sliced-wasserstein-orders-like-wasserstein": (
        _sliced(rank_correlation=0.95),
        _sliced(rank_correlation=0.5),
        _sliced(rank_correlation=unsure(0.9, 0.05)),
    ),
}
