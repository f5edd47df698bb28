"""Cases of the statements on loops."""

from __future__ import annotations

from collections.abc import Callable

from tests.topo.statements.cases.made import NAN, Made, barely, made
from tests.topo.statements.tables import Table, Values, unsure
from topo.statements.claims.loop_distances import METHODS

_FITS = ([0, 1, 1, 0, 1], [3, 3, 3, 3, 3], [1, 2], [0, 1, 2, 2, 1])


def _same(dataset: str, method: str, other: str) -> Callable[[Values], Table]:
    """Tables of how many loops are the same: of one method any, of the other 1."""
    return lambda value: Table().loops("loops_same", dataset, **{method: value, other: 1.0})


def _kept(method: str) -> Callable[[Values], Table]:
    return lambda values: Table().loops("loops_same", **{method: values})


def _of_circle(method: str) -> Callable[[Values], Table]:
    return lambda value: Table().loops("loops_longest", "noisy_circle", **{method: value})


def _on(dataset: str) -> dict[str, Made]:
    fewer = made(
        _same(dataset, "topoae_h1", "topoae"), 1.0, 3.0, unsure(1.5, 0.5), barely(1.5, -0.05)
    )
    return {f"pairings-add-no-loops-{dataset}": fewer} | {
        name: tables
        for edges, method in (("cascades", "topoae_cascade"), ("cycles", "topoae_cycles"))
        for name, tables in _better(edges, method, dataset).items()
    }


def _better(edges: str, method: str, dataset: str) -> dict[str, Made]:
    def distance(value: Values) -> Table:
        both = {method: value, "topoae_h1": 0.5}
        return Table().loops("sliced_wasserstein_h1", dataset, scaling="sum", **both)

    more = (3.0, 1.0, unsure(1.5, 0.5), barely(1.5, 0.05))
    found = {
        f"{edges}-keep-more-loops-{dataset}": made(_same(dataset, method, "topoae_h1"), *more),
        f"{edges}-bring-diagram-nearer-{dataset}": made(
            distance, 0.2, 0.8, unsure(0.5, 0.1), barely(0.5, -0.02)
        ),
    }
    if dataset == "k4":
        beyond = made(_same(dataset, method, "pca"), *more)
        found[f"{edges}-keep-more-loops-than-pca-k4"] = beyond
    return found


def _pairs(
    loss: str, *values: tuple[float, ...], topoae: float = 1e-30, lost: float = 1.0
) -> Table:
    """A circle unrolled and a sheared lattice, to which the paper's loss is blind or not."""
    table = Table()
    for case, each in zip(("unrolled", "sheared"), values, strict=True):
        losses: dict[str, Values] = {"loss_topoae": [topoae] * len(each), f"loss_{loss}": each}
        table.theory(f"lost_loops/{case}", dimension=None, **losses)
        table.theory(f"lost_loops/{case}", dimension=1, share_lost=[lost] * len(each))
    return table


def _notices(loss: str) -> Made:
    return Made(
        _pairs(loss, (0.1,), (0.2,)),
        _pairs(loss, (0.1,), (1e-30,)),
        _pairs(loss, (0.1,), (0.2,), topoae=0.3),
        _pairs(loss, (0.1, 0.1, 0.1), (0.1, 1e-30, 0.1)),
    )


#: Rank correlations over the methods, by how many at the lower end are turned round.
_PERFECT, _MORE, _LESS, _NONE = 0, 5, 6, 7


def _turned(n: int) -> list[float]:
    order = [*range(n)[::-1], *range(n, len(METHODS))]
    return [1.0 + place for place in order]


def _tells(name: str, scaling: str) -> Made:
    def make(turned: tuple[int | tuple[int, ...], int]) -> Table:
        in_1, in_0 = turned
        table = Table()
        repetitions = [in_1] * 5 if isinstance(in_1, int) else in_1
        # Large where few loops are kept.
        of_loops = [[20 - each for each in _turned(n)] for n in repetitions]
        for place, method in enumerate(METHODS):
            table.loops("loops_same", **{method: 1.0 + place})
            values = [each[place] for each in of_loops]
            table.loops(f"{name}_h1", scaling=scaling, **{method: values})
            table.loops(name, scaling=scaling, **{method: 20 - _turned(in_0)[place]})
        return table

    perfect, whole = _PERFECT, len(METHODS)
    unclear = (perfect, whole, perfect, whole, perfect)
    return made(make, (perfect, _NONE), (_NONE, _NONE), (unclear, _NONE), (_MORE, _LESS))


def _circle(*in_1: float) -> Table:
    n = len(in_1)
    table = Table().theory("circle_unrolled", bottleneck=[0.0] * n)
    return table.theory(
        "circle_unrolled", dimension=1, bottleneck=in_1, input_max_persistence=[1.0] * n
    )


def _noise(dataset: str) -> Callable[[Values], Table]:
    def make(values: Values) -> Table:
        place = f"gradient_noise/{dataset}/batch=128"
        table = Table().theory(place, dimension=1, noise=values)
        return table.theory(place, dimension=0, noise=[1.0] * 5)

    return make


LOOP_CASES: dict[str, Made] = {
    **_on("k4"),
    **_on("twist"),
    **{
        f"{method.replace('_', '-')}-loses-loops-k4": made(_kept(method), *_FITS)
        for method in ("topoae", "topoae_h1", "rtd_lite")
    },
    **{
        f"{method.replace('_', '-')}-keeps-two-loops-k4": made(
            _kept(method), [3] * 5, [0, 1, 1, 0, 0], [2, 2], [2, 2, 2, 1, 1]
        )
        for method in ("topoae_cascade", "topoae_cycles", "tsne", "umap")
    },
    **{
        f"{method.replace('_', '-')}-loses-noisy-circle": made(
            _of_circle(method), 0.1, 0.5, unsure(0.25, 0.1), barely(0.25, -0.01)
        )
        for method in ("topoae", "topoae_h1")
    },
    **{
        f"{method.replace('_', '-')}-keeps-noisy-circle": made(
            _of_circle(method), 0.5, 0.1, unsure(0.25, 0.1), barely(0.25, 0.01)
        )
        for method in ("topoae_spectral", "topoae_h1_spectral", "tsne", "umap")
    },
    **{
        f"{loss.replace('_', '-')}-notices-lost-loops": _notices(loss)
        for loss in ("topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite", "mmae")
    },
    **{
        f"{name.replace('_', '-')}-{scaling}-tells-loops-in-dimension-1-alone": _tells(
            name, scaling
        )
        for name in ("bottleneck", "sliced_wasserstein")
        for scaling in ("raw", "sum")
    },
    "bottleneck-tells-circle-from-line-in-dimension-1-alone": Made(
        _circle(0.5), _circle(0.0), _circle(NAN), _circle(0.5, 0.0, 0.5)
    ),
    **{
        f"gradients-in-dimension-1-are-noisier-{dataset}": made(
            _noise(dataset), 3.0, 1.0, unsure(1.4, 0.4), barely(1.41421356, 0.02)
        )
        for dataset in ("k4", "spheres")
    },
}
