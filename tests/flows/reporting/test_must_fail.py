"""The finding on the far point, from numbers and pictures made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flows.reporting.must_fail import find_must_fail
from flows.reporting.results import Results
from tests.flows.reporting.test_findings import results
from tests.topo.statements.tables import Table
from topo.statements import Evidence, MissingEvidenceError


def pictured() -> Results:
    points = np.random.default_rng(0).normal(size=(20, 2))
    names = ("tsne/start=pca/draw=0/perplexity=30", "others/draw=0/topoae", "others/draw=0/pca")
    return replace(results(), question_arrays={"far_point": dict.fromkeys(names, points)})


def evidence(*, of_tsne: float) -> Evidence:
    table = Table().theory("far_point/input", margin=[11.0] * 3, bound=[2.0] * 3, gap=[17.0] * 3)
    for name, margin in {"topoae": 7.0, "ae": 3.0, "pca": 18.0}.items():
        table.theory(f"far_point/{name}", margin=[margin, margin + 0.1, margin - 0.1])
    runs = {"margin": [of_tsne] * 3, "gap": [9.0] * 3, "residual": [0.0] * 3}
    return table.theory("far_point/tsne/start=pca/perplexity=30", **runs).evidence()


def test_the_finding_says_how_far_the_point_lies() -> None:
    margin, finding = find_must_fail(pictured(), evidence(of_tsne=0.5))
    assert margin.mean == pytest.approx(7.0)
    assert finding.sentence.startswith("Yes, by distance: a cloud and one point far from it")
    assert "theory allows 2.00 at most; at no perplexity it is above 0.50." in finding.sentence
    assert "TopoAE has 7.00 ± 0.25 (n = 3)." in finding.sentence
    assert "up to 9.0 times the next, in the data 17.0 times." in finding.sentence


def test_without_a_failure_of_tsne_the_answer_is_not_yes() -> None:
    _, finding = find_must_fail(pictured(), evidence(of_tsne=5.0))
    assert finding.sentence.startswith("It is not shown")


def test_without_pictures_there_is_no_finding() -> None:
    with pytest.raises(MissingEvidenceError, match="no pictures of the far point"):
        find_must_fail(results(), evidence(of_tsne=0.5))
