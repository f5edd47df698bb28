"""The order of methods, by hand values."""

from __future__ import annotations

import re

import pytest

from tests.topo.statements.tables import Table, four_methods, unsure
from topo.statements.contrasts import Pair
from topo.statements.rankings import each_beats_each, order_changes, ranks_within
from topo.statements.samples import Quantity, Sample

RMSE = Quantity("rmse")
NESTING = Quantity("nesting")


@pytest.mark.parametrize(("metric", "sign"), [("rmse", -1), ("nesting", 1), ("tsne_kl", -1)])
def test_comparisons_follow_the_direction_of_the_metric(metric: str, sign: int) -> None:
    evidence, quantity = four_methods(metric), Quantity(metric)
    more, less = (Sample("spheres", method, quantity) for method in ("topoae", "ae"))
    assert Pair(more, less).better(evidence) == sign
    assert Pair(less, more).better(evidence) == -sign
    assert Pair(less, more).contrast == Pair(more, less).contrast
    assert Pair(less, less).better(evidence) == 0
    assert Pair(less, less).difference(evidence).equal


@pytest.mark.parametrize(
    ("places", "topoae", "outcome"),
    [
        (1, 0.5, "holds"),
        (1, 1.5, "does not hold"),
        (2, 1.5, "holds"),
        (2, 2.5, "does not hold"),
        (3, 2.5, "holds"),
        (3, 3.5, "does not hold"),
        (2, unsure(2, 1.5), "not decidable"),
        (2, [1, 1, 1], "holds"),
        (1, [1, 1, 1], "holds"),
        (1, [1, 1, 1 + 1e-6], "not decidable"),
    ],
)
def test_places(places: int, topoae: object, outcome: str) -> None:
    rule = ranks_within(places, "topoae", dataset="spheres", quantity=RMSE)
    evidence = four_methods("rmse", tsne=[1, 1, 1], topoae=topoae)
    assert rule(evidence).outcome == outcome


def test_place_beside_that_of_the_paper() -> None:
    rule = ranks_within(2, "topoae", dataset="mnist", quantity=Quantity("sliced_wasserstein"))
    words = rule(four_methods("sliced_wasserstein", "mnist")).explanation
    # Table 1: 15,537 (UMAP) < 15,539.7 (TopoAE) < 15,546 (AE) < 15,617 (t-SNE).
    assert words.endswith(
        "(lower is better); by the means it is fourth of four, in the paper second"
    )
    assert "d_SW on MNIST, TopoAE minus t-SNE 3.0" in words
    higher = ranks_within(1, "umap", dataset="spheres", quantity=Quantity("trustworthiness"))
    words = higher(four_methods("trustworthiness")).explanation
    assert words.endswith("it is third of four, in the paper first")
    unprinted = ranks_within(1, "ae", dataset="spheres", quantity=NESTING)
    assert unprinted(four_methods("nesting")).explanation.endswith("it is second of four")


def test_equal_methods_share_the_first_place() -> None:
    rule = ranks_within(2, "topoae", dataset="spheres", quantity=Quantity("bottleneck"))
    same = [13.0, 13.1, 12.9]
    rounded = [value * (1 + 1e-15) for value in same]
    verdict = rule(four_methods("bottleneck", tsne=same, umap=same, ae=same, topoae=rounded))
    assert verdict.outcome == "holds"
    assert (verdict.numbers["place"], verdict.numbers["equal to"]) == (1, 3)
    some = rule(four_methods("bottleneck", tsne=same, umap=12.0, ae=11.0, topoae=rounded))
    assert some.outcome == "does not hold"
    unclear = rule(
        four_methods("bottleneck", tsne=same, umap=unsure(13, 1), ae=11.0, topoae=rounded)
    )
    assert unclear.outcome == "not decidable"


def test_each_beats_each_needs_all_pairs() -> None:
    rule = each_beats_each(("tsne", "umap"), ("ae",), dataset="spheres", quantity=RMSE)
    assert rule(four_methods("rmse")).outcome == "holds"
    assert rule(four_methods("rmse", ae=1.5)).outcome == "does not hold"
    assert rule(four_methods("rmse", ae=unsure(2, 1))).outcome == "not decidable"


def test_order_that_changes_names_a_pair() -> None:
    evidence = Table()
    evidence.benchmark("kl_0.1", tsne=1, umap=2, ae=3, topoae=4)
    evidence.benchmark("kl_1", tsne=1, umap=3, ae=2, topoae=4)
    rule = order_changes("spheres", [Quantity("kl_0.1"), Quantity("kl_1")])
    verdict = rule(evidence.evidence())
    assert verdict.outcome == "holds"
    assert re.fullmatch(
        r"UMAP is better than AE in KL_0.1 \(-1.0.*\) and worse in KL_1 \(1.0.*\); "
        "so with 1 of 6 pairs on SPHERES",
        verdict.explanation,
    )
