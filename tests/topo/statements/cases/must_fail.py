"""Cases of the statements on data on which t-SNE must fail."""

from __future__ import annotations

from tests.topo.statements.cases.made import NAN, Made, barely, made, merged
from tests.topo.statements.tables import Table, Values, unsure

_STEADY = [1.0] * 5


def _far(margin: Values, residual: Values = 1e-5, gap: Values = 1.1, other: Values = 1e-5) -> Table:
    """Two runs of t-SNE; the first one, with another residual, is far within the bound."""
    table = Table().theory("far_point/input", bound=[2.0] * 5)
    run = "far_point/tsne/start="
    table.theory(f"{run}random/perplexity=5", margin=0.1, residual=other, gap=1.1)
    return table.theory(f"{run}pca/perplexity=30", margin=margin, residual=residual, gap=gap)


def _margins(*methods: str) -> Made:
    """Made of relative margins below the bound for all but the first method."""

    def make(margin: Values) -> Table:
        others = [
            Table().theory(f"far_point/{each}", dimension=None, margin=1.0) for each in methods[1:]
        ]
        first = Table().theory(f"far_point/{methods[0]}", dimension=None, margin=margin)
        return merged(first, *others)

    low, high, middle = 1.0, 9.0, unsure(3.3, 1.0)
    if methods == ("topoae",):
        return made(make, high, low, middle, barely(3.3, 0.2))
    return made(make, low, high, middle, barely(3.2, -0.2))


def _shifted(difference: Values, silhouette: Values = 1e-4) -> Table:
    table = Table().theory("shifted_squares/shift=0/input", silhouette=0.5, death_ratio=3.0)
    table.theory("shifted_squares/shift=0/perplexity=5", picture_difference=[0.0] * 5)
    table.theory("shifted_squares/shift=1000/perplexity=5", picture_difference=difference)
    where = "shifted_squares/shift=1000/input"
    return table.theory(where, silhouette=silhouette, death_ratio=1.001)


def _poison(left: Values) -> Table:
    table = Table().theory("poison_point/tsne/perplexity=5", silhouette_without=_STEADY)
    table.theory("poison_point/tsne/perplexity=5", silhouette_with=left)
    # Run on until its forces balance: not what the claim is about.
    where = "poison_point/tsne/run on/perplexity=5"
    return table.theory(where, silhouette_without=_STEADY, silhouette_with=0.9)


def _gap(measure: str) -> Made:
    return made(
        lambda gap: Table().theory(f"search/{measure}/confirmed", dimension=None, gap=gap),
        0.4,
        -0.1,
        unsure(0.1, 0.1),
        barely(0.1, 0.02),
    )


MUST_FAIL_CASES: dict[str, Made] = {
    "tsne-draws-far-point-in": Made(
        # A run that is not stationary may be anywhere.
        merged(_far(0.5), Table().theory("far_point/tsne/x", margin=9.0, residual=0.1)),
        _far(2.5),
        # No run is stationary.
        _far(0.5, residual=0.1, other=0.1),
        _far([0.5, 0.5, 2.5, 0.5, 0.5]),
    ),
    "tsne-hides-far-point-by-homology": made(
        lambda gap: _far(0.5, gap=gap), 1.2, 5.0, unsure(2.0, 0.5), barely(2.0, 0.1)
    ),
    "topoae-keeps-far-point": _margins("topoae"),
    "topoae-alone-keeps-far-point": _margins("pca", "ae"),
    "tsne-draws-shifted-squares-alike": Made(
        _shifted([1e-12] * 5),
        _shifted([0.2] * 5),
        _shifted([NAN] * 5),
        _shifted([1e-12, 1e-12, 0.2, 1e-12, 1e-12]),
    ),
    "poison-point-destroys-clusters": made(_poison, 0.1, 0.9, unsure(0.5, 0.2), barely(0.5, 0.05)),
    "family-where-topoae-alone-succeeds-nesting": _gap("nesting"),
    "family-where-topoae-alone-succeeds-nts-m": _gap("nts_m"),
}
