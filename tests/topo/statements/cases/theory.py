"""Cases of the statements on the theory, and on what the paper builds on."""

from __future__ import annotations

from tests.topo.statements.cases.made import NAN, Made, barely, made, merged
from tests.topo.statements.tables import Table, Values, unsure


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


def _some_pair(case: str, **changes: tuple[object, ...]) -> Table:
    """Three repetitions, of which one is changed."""
    table = Table()
    for n in range(3):
        one = _pair(case, **{name: values[n] for name, values in changes.items()})  # type: ignore[arg-type]
        table.numbers += [row._replace(repetition=n) for row in one.numbers]
    return table


def _some(**changes: tuple[object, ...]) -> Table:
    whole = [_pair("circle_unrolled") for _ in range(3)]
    circle = Table()
    circle.numbers = [
        row._replace(repetition=n) for n, each in enumerate(whole) for row in each.numbers
    ]
    return merged(circle, _some_pair("dimension_0_faithful/tied", **changes))


_LOSSY = merged(
    _pair("circle_unrolled", to_z=1, shared=0.5, deaths=1, loops=(1, 0)),
    _pair("dimension_0_faithful/tied", to_x=1, shared=0.5, deaths=1, loops=(1, 0)),
)
_ALIGNMENTS = ("rotation", "reflection", "translation", "padding", "composition")


def _aligned(last: Table) -> Table:
    return merged(*(_pair(f"perfect_alignment/{name}") for name in _ALIGNMENTS[:-1]), last)


def _counterexample(*ways: tuple[float, float], loops: tuple[float, ...] = (0.1,)) -> Table:
    """Figure 4's circle of persistence 1 with both losses, a repetition for each."""
    to_z, to_x = (list(each) for each in zip(*ways, strict=True))
    table = Table().theory("figure_4", loss_x_to_z=to_z, loss_z_to_x=to_x)
    return table.theory(
        "figure_4",
        dimension=1,
        input_max_persistence=[1.0] * len(loops),
        latent_max_persistence=list(loops),
    )


def _gradient(form: str) -> Made:
    def make(errors: tuple[float, ...]) -> Table:
        table = Table().theory("loss_gradient/z_to_x", **{f"error_{form}": [1e-9] * 3})
        return table.theory("loss_gradient/x_to_z", **{f"error_{form}": list(errors)})

    return made(make, (1e-9,) * 3, (7.0,) * 3, (NAN,) * 3, (1e-9, 7.0, 1e-9))


_NONE = 1e-30
_SECOND_HALF = Table().theory("figure_4", loss_x_to_z=[_NONE])

LOSS_CASES: dict[str, Made] = {
    "loss-gradient-as-vector": _gradient("vector"),
    "loss-gradient-as-printed": _gradient("product"),
    "loss-gradient-as-sum": _gradient("sum"),
    "loss-x-to-z-misses-change": Made(
        _counterexample((_NONE, 9)),
        _counterexample((9, _NONE)),
        _SECOND_HALF,
        # The loop has lost 0.6: enough, but not of three quarters.
        _counterexample((_NONE, 9), (_NONE, 9), (9, 9), loops=(0.4, 0.4, 0.4)),
    ),
    "figure-4-shows-whole-loss-zero": Made(
        _counterexample((_NONE, _NONE)),
        _counterexample((_NONE, 9)),
        _SECOND_HALF,
        _counterexample((_NONE, _NONE), (_NONE, 9), (_NONE, _NONE)),
    ),
    "zero-loss-hides-lost-loop": Made(
        _pairs(loops=(1, 0)), _pairs(loops=(1, 0.9)), _LOSSY, _some(loops=((1, 0), (1, 1), (1, 1)))
    ),
    "zero-loss-allows-other-diagrams-in-dimension-0": Made(
        _pairs(deaths=0.1), _pairs(), _LOSSY, _some(deaths=(0.1, 1e-15, 1e-15))
    ),
    "zero-loss-allows-other-pairings-in-dimension-0": Made(
        _pairs(shared=0.9), _pairs(), _LOSSY, _some(shared=(0.9, 1, 1))
    ),
    "loss-bounds-dimension-0-diagrams": Made(
        _pairs(deaths=1, bound=2),
        _pairs(deaths=2, bound=1),
        Table().theory("dimension_0_faithful/tied", death_distance=[1.0]),
        _some(deaths=(2, 1, 1), bound=(1, 1, 1)),
    ),
    "perfect-alignment-has-no-loss": Made(
        _aligned(_pair("perfect_alignment/composition")),
        _aligned(_pair("perfect_alignment/composition", deaths=0.1)),
        _aligned(Table()),
        _aligned(_some_pair("perfect_alignment/composition", deaths=(0.1, 1e-15, 1e-15))),
    ),
}


def _violations(metric: str) -> Made:
    def make(values: tuple[Values, Values]) -> Table:
        exact, drawn = values
        table = Table().theory("theorem_1/three_points", **{metric: exact})
        return table.theory("theorem_1/circle/m=20", **{metric: drawn})

    return made(
        make,
        ([0], [0, 0]),
        ([0.3], [0, 0]),
        ([0], [0, 0.01]),
        ([0, 0.3, 0], [0, 0, 0]),
    )


def _limit(metric: str) -> Made:
    dimension = None if metric == "hausdorff" else 0

    def make(values: tuple[Values, ...]) -> Table:
        # In an order that is neither that of the shares nor that of their names.
        by_share = dict(zip(("1", "0.5", "0.02", "0.75"), values, strict=True))
        table = Table()
        for cloud in ("circle", "spheres"):
            for share, value in by_share.items():
                case = f"theorem_1_limit/{cloud}/share={share}"
                table.theory(case, dimension=dimension, **{metric: value})
        return table

    return made(
        make,
        ([0.0] * 5, 2, 4, 1),
        ([0.1] * 5, 2, 4, 1),
        # It falls in one repetition of five, and is 0 all the way in the others.
        ([0.0] * 5, [2, 0, 0, 0, 0], [4, 0, 0, 0, 0], [1, 0, 0, 0, 0]),
        ([0.0, 0.0, 0.0, 0.0, 0.1], 2, 4, 1),
    )


def _linear(*errors: float, condition: float = 1.0, angle: float = 0.1) -> Table:
    """Runs on digits with these ratios of errors, and as many perfect ones on Gaussian points."""
    n = max(1, len(errors))
    table = Table()
    for name, ratios in (("gaussian", [1.0] * n), ("digits", list(errors) or [1.0])):
        table.theory(
            f"linear_autoencoder/{name}",
            dimension=None,
            principal_angle=[angle] * n,
            error_ratio=ratios,
            latent_condition=[condition, *[1.0] * (n - 1)],
        )
    return table


def _sliced(**metrics: Values) -> Table:
    table = Table().theory("sliced_against_exact/scale=1", **dict.fromkeys(metrics, [0.99] * 3))
    return table.theory("sliced_against_exact/spheres", **metrics)


STABILITY_CASES: dict[str, Made] = {
    "theorem-1-for-edge-lengths": _violations("violation_printed"),
    "theorem-1-for-radii": _violations("violation_printed_radii"),
    "theorem-1-between-diagrams": _violations("violation_printed_diagrams"),
    "theorem-1-from-stability": _violations("violation_stability"),
    "sample-distance-vanishes": _limit("hausdorff"),
    "sample-diagram-distance-vanishes": _limit("diagram_hausdorff"),
    "batch-diagrams-are-good-approximations": made(
        lambda value: Table().theory("theorem_1_limit/batch", bottleneck_share=value),
        0.05,
        0.49,
        unsure(0.25, 0.1),
        barely(0.25, -0.02),
    ),
    "linear-autoencoder-finds-pca-plane": Made(
        _linear(), _linear(1.2), _linear(angle=NAN), _linear(1.0, 1.2, 1.0)
    ),
    "linear-autoencoder-draws-pca-picture": Made(
        _linear(),
        _linear(condition=1.8),
        _linear(condition=NAN),
        _linear(1.0, 1.0, 1.0, condition=1.8),
    ),
    "sliced-wasserstein-approximates-wasserstein": Made(
        _sliced(ratio_min=[0.9], ratio_max=[1.05]),
        _sliced(ratio_min=[0.4], ratio_max=[1.2]),
        _sliced(ratio_max=[1.1]),
        # Up to a factor of 2 it would be one, up to 1.2 it would not.
        _sliced(ratio_min=[0.4, 0.9, 0.9], ratio_max=[1.1, 1.1, 1.1]),
    ),
    "sliced-wasserstein-orders-like-wasserstein": Made(
        _sliced(rank_correlation=0.97),
        _sliced(rank_correlation=0.5),
        _sliced(rank_correlation=unsure(0.9, 0.05)),
        _sliced(rank_correlation=barely(0.9, 0.01)),
    ),
}

THEORY_CASES = {**LOSS_CASES, **STABILITY_CASES}
