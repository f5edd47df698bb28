"""Figures and finding of the stage `loops`, of a square whose loop is kept or lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flows.reporting.loops import SECTION, draw_loops, find_loops
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding, StoredLoops
from tests.flows.reporting.test_findings import results
from tests.topo.statements.tables import Table
from topo.datasets.base import LabelledPoints
from topo.params import load_params
from topo.scores import Hyperparameters
from topo.statements import Evidence, MissingEvidenceError
from topo.theory.rows import THEORY, TheoryRow

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
CYCLE = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])
LIFE = np.array([[1.0, 1.4]])
NONE = np.empty((0, 2))
METHODS = ("topoae", "topoae_h1", "topoae_cascade", "topoae_cycles", "pca")


def kept(method: str, *, is_hidden: bool = False) -> StoredEmbedding:
    """TopoAE loses the square's loop, others keep it; hidden ones the input does not have."""
    own = NONE if method == "topoae" else LIFE
    given, cycles, same = (NONE, {}, NONE) if is_hidden else (LIFE, {0: CYCLE}, own)
    loops = StoredLoops(own, 1.0, given, 1.0, cycles, same)
    diagram = np.zeros((3, 2))
    return StoredEmbedding(
        method, "", 0, 0, 0, Hyperparameters(), SQUARE, diagram, diagram,
        np.zeros(4, np.int64), rips=loops,
    )  # fmt: skip


def made() -> Results:
    rows = [
        TheoryRow("gradient_noise", "k4/batch=32", "noise", k, 0, 0, 1.0, "ok", "") for k in (0, 1)
    ]
    points = LabelledPoints(np.zeros((4, 3), np.float32), np.zeros(4, np.int64))
    return replace(
        results(),
        theory=THEORY.frame(rows),
        embeddings={
            ("loops", "k4"): [kept(method) for method in METHODS],
            ("loops", "noisy_circle"): [kept("pca", is_hidden=True)],
        },
        datasets={"k4": points, "noisy_circle": points},
    )


def test_figures_say_what_was_kept() -> None:
    figures = {each.name: each for each in draw_loops(load_params(Path("params.yaml")), made())}
    assert list(figures) == [
        "loops-k4",
        "loops-noisy-circle",
        "loop-diagrams",
        "loops-kept-by-life",
        "gradient-noise",
    ]
    assert {each.section for each in figures.values()} == {SECTION}
    titles = [panel.get_title() for panel in figures["loops-k4"].figure.axes]
    assert titles[:3] == ["K4: 1 loop", "TopoAE: 0 of 1", "TopoAE, H1: 1 of 1"]
    hidden = figures["loops-noisy-circle"]
    assert "noise hides the input’s loop" in hidden.caption
    assert [panel.get_title() for panel in hidden.figure.axes] == [
        "Noisy circle: 0 loops",
        "PCA: 1 loop",
    ]
    # It has no loop to be kept.
    assert set(figures["loops-kept-by-life"].data["dataset"]) == {"K4"}


def test_a_run_without_the_stage_has_no_such_figures() -> None:
    assert list(draw_loops(load_params(Path("params.yaml")), results())) == []


def evidence() -> Evidence:
    table = Table().loops("loops_same", **{name: [2.0, 3.0, 1.0] for name in METHODS[1:]})
    return table.loops("loops_same", topoae=[0.0, 1.0, 0.0]).evidence()


def test_the_finding_says_how_many_loops_are_kept() -> None:
    gain, finding = find_loops(made(), evidence())
    assert gain.mean == pytest.approx(5 / 3)
    assert finding.sentence.startswith("It is not shown:")
    assert "TopoAE 0.3 ± 1.4, TopoAE with H1 2.0 ± 2.5" in finding.sentence
    assert (finding.section, finding.figure) == (SECTION, "loops-k4")
    assert finding.view == "dataset=K4&left=TopoAE&right=TopoAE%2C+cascade"


@pytest.mark.parametrize(
    ("better", "answer"),
    [
        (["topoae_cascade"], "Some do: by the intervals TopoAE with cascade, more than TopoAE"),
        (["topoae_h1", "topoae_cascade", "topoae_cycles"], "Yes: each keeps more"),
    ],
)
def test_losses_that_keep_more_than_others_are_named(better: list[str], answer: str) -> None:
    kept = {name: [3.0, 3.0, 2.0] if name in better else [1.0, 1.0, 0.0] for name in METHODS}
    _, finding = find_loops(made(), Table().loops("loops_same", **kept).evidence())
    assert finding.sentence.startswith(answer)
    assert "no loss at all, keeps as many as TopoAE" in finding.sentence


def test_without_pictures_there_is_no_finding() -> None:
    with pytest.raises(MissingEvidenceError, match="no embedding of K4 was kept"):
        find_loops(results(), evidence())
