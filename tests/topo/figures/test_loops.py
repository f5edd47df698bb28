"""The figures of loops, looked at through matplotlib's objects and their data."""

from __future__ import annotations

import numpy as np
import pytest

from topo.figures import (
    Lives,
    LoopDiagram,
    Pictured,
    cycle_grid,
    cycle_row,
    gradient_noise,
    loop_curves,
    loop_diagrams,
    oblique,
)
from topo.theory.rows import THEORY, TheoryRow

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
CYCLE = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])


def test_cycles_have_their_edges_in_every_picture() -> None:
    pictures = [Pictured("input", SQUARE), Pictured("turned", -SQUARE)]
    drawing = cycle_grid(pictures, [CYCLE, CYCLE[:0]])
    assert [panel.get_title() for panel in drawing.figure.axes] == ["input", "turned"]
    assert len(drawing.data) == 2 * (len(SQUARE) + len(CYCLE))
    last = drawing.data.iloc[-1]
    assert (last["title"], last["i"], last["j"]) == ("turned", 0, 3)
    assert last[["x_i", "y_i", "x_j", "y_j"]].tolist() == [0, 0, 0, -1]
    assert len(drawing.figure.axes[1].collections[1].get_segments()) == 4  # type: ignore[attr-defined]
    assert len(cycle_row(pictures, [CYCLE], size=(4, 2)).axes) == 2


def test_a_picture_without_cycles_has_points_alone() -> None:
    drawing = cycle_grid([Pictured("noise", SQUARE)], [])
    assert drawing.data[["x_i", "y_i"]].to_numpy().tolist() == SQUARE.tolist()
    assert drawing.data["cycle"].isna().all()
    assert len(drawing.figure.axes[0].collections) == 1


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        ([], "at least one picture, got none"),
        ([Pictured("a", SQUARE), Pictured("b", SQUARE[:3])], "got 4 and 3 points"),
    ],
)
def test_pictures_of_other_points_are_refused(pictures: list[Pictured], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cycle_grid(pictures, [])


def test_space_is_seen_obliquely_and_many_coordinates_are_cut() -> None:
    assert oblique(np.array([[1.0, 2.0, 0.0]])).tolist() == [[1.0, 2.0]]
    assert not np.allclose(oblique(np.array([[1.0, 2.0, 1.0]])), [[1.0, 2.0]])
    assert oblique(np.array([[1.0, 2.0, 5.0, 6.0]])).tolist() == [[1.0, 2.0]]


def test_diagrams_have_dots_and_rings() -> None:
    given, found = np.array([[0.1, 0.9]]), np.array([[0.2, 0.6], [0.1, 0.2]])
    drawing = loop_diagrams(
        [LoopDiagram("input", given), LoopDiagram("Z", found, found[:1])], long=0.25
    )
    assert drawing.data.groupby("title")["of_input"].sum().to_dict() == {"input": 0, "Z": 1}
    dots, rings = drawing.figure.axes[1].lines[2:]
    assert [len(each.get_xdata()) for each in (dots, rings)] == [2, 1]  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one diagram"):
        loop_diagrams([], long=0.25)


def test_curves_fall_where_loops_end() -> None:
    one = Lives(np.array([0.8]), np.array([0.5, 0.3]), np.array([0.5]))
    none = one._replace(same=np.array([]))
    drawing = loop_curves({"K4": {"TopoAE": [one, none]}}, long=0.25)
    curves = drawing.data.set_index(["curve", "threshold"])["mean"].unstack("curve")
    at = {each: curves.iloc[int(100 * each) - 1].to_dict() for each in (0.2, 0.4, 0.9)}
    assert at[0.2] == {"embedding": 2, "input": 1, "same": 0.5}
    assert at[0.4] == {"embedding": 1, "input": 1, "same": 0.5}
    assert set(at[0.9].values()) == {0}
    with pytest.raises(ValueError, match="at least one dataset"):
        loop_curves({}, long=0.25)


def test_noise_has_a_line_for_each_dimension() -> None:
    rows = [
        TheoryRow("gradient_noise", f"k4/batch={n}", "noise", k, r, 0, k + n + r, "ok", "")
        for n in (32, 128)
        for k in (0, 1)
        for r in range(2)
    ]
    drawing = gradient_noise(THEORY.frame(rows))
    first, second = drawing.figure.axes[0].lines
    assert first.get_ydata().tolist() == [32.5, 128.5]  # type: ignore[union-attr]
    assert second.get_ydata().tolist() == [33.5, 129.5]  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="run the stage `theory`"):
        gradient_noise(THEORY.frame([]))
