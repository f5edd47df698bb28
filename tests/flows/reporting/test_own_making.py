"""The finding on clusters of the method's own making, from numbers made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flows.reporting.own_making import find_own_making
from flows.reporting.results import Results
from tests.flows.reporting.test_findings import results
from tests.topo.statements.tables import Table
from topo.questions.counted import quantity
from topo.statements import Evidence, MissingEvidenceError
from topo.statements.claims.artificial import LEAST, PROMINENCE

COUNTED = quantity(PROMINENCE, LEAST)
SOURCES = ("mnist", "mnist_null", "sheet")


def pictured() -> Results:
    points = np.random.default_rng(0).normal(size=(20, 2))
    arrays = {}
    for source in SOURCES:
        place = f"{source}/draw=0/tsne"
        arrays |= {place: points, f"{place}/{COUNTED}": np.zeros(20, np.int64)}
    return replace(results(), question_arrays={"clusters": arrays})


def evidence(**counts: list[float]) -> Evidence:
    table = Table()
    for source, values in counts.items():
        table.theory(f"clusters/{source}/tsne", **{COUNTED: values})
    return table.evidence()


@pytest.mark.parametrize(
    ("of_mnist", "of_sheet", "answers"),
    [
        ([6.0, 7.0, 6.0], [4.0, 4.0, 5.0], ("Not those of MNIST:", "But it draws several of a")),
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], ("It is not shown", "one piece is not shown.")),
    ],
)
def test_the_answer_follows_the_intervals(
    of_mnist: list[float], of_sheet: list[float], answers: tuple[str, str]
) -> None:
    found = evidence(mnist=of_mnist, mnist_null=[1.0, 1.0, 1.0], sheet=of_sheet)
    excess, finding = find_own_making(pictured(), found)
    assert excess.mean == pytest.approx(np.mean(of_mnist) - 1)
    assert all(each in finding.sentence for each in answers)
    assert "of that t-SNE draws 1. A curved sheet" in finding.sentence


def test_without_pictures_there_is_no_finding() -> None:
    found = evidence(mnist=[6.0, 7.0], mnist_null=[1.0, 1.0], sheet=[4.0, 4.0])
    with pytest.raises(MissingEvidenceError, match="no pictures of clusters"):
        find_own_making(results(), found)
