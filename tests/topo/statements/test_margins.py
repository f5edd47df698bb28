"""Keeping up within a margin, by hand values."""

from __future__ import annotations

import pytest

from tests.topo.statements.tables import Table, unsure
from topo.statements.contrasts import Rule
from topo.statements.margins import competitive
from topo.statements.samples import Quantity

RMSE = Quantity("rmse")
NESTING = Quantity("nesting")


def keeps_up(margin: float = 10.0) -> Rule:
    return competitive(
        "topoae", "umap", dataset="spheres", quantities=[RMSE, NESTING], margin=margin
    )


@pytest.mark.parametrize(
    ("rmse", "nesting", "outcome"),
    [
        (1.05, 0.2, "holds"),
        (1.3, 0.2, "does not hold"),
        (1.3, 0.48, "holds"),
        (unsure(1.1, 0.3), 0.2, "not decidable"),
        ([1.0, 2.0], 0.2, "holds"),
    ],
)
def test_worse_by_less_than_the_margin_is_keeping_up(
    rmse: object, nesting: float, outcome: str
) -> None:
    table = Table().benchmark("rmse", umap=[1.0, 2.0] if rmse == [1.0, 2.0] else 1, topoae=rmse)
    table.benchmark("nesting", umap=0.5, topoae=nesting)
    assert keeps_up()(table.evidence()).outcome == outcome


def test_another_margin_decides_another_way() -> None:
    evidence = Table().benchmark("rmse", umap=1, topoae=1.3).benchmark(
        "nesting", umap=0.5, topoae=0.2
    ).evidence()  # fmt: skip
    verdict = keeps_up(50.0)(evidence)
    assert verdict.outcome == "holds"
    assert verdict.numbers["loss in RMSE, %"] == pytest.approx(30, rel=1e-2)
    assert "in 1 (RMSE), falls behind in 1 (Nesting), unclear in 0" in verdict.explanation
