"""Figures of edges and trees: the filtration, and the loss that is 0 in one direction."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from topo.figures import counterexample, example_points, png, rips_growth

#: Two near pairs, one unit apart from each other along a line.
PAIRS = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [4.5, 0.0]])
#: A square with one side left open, and its corners along a line.
SQUARE: NDArray[np.float64] = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.1]])


def lines(panel: Axes, *, width: float) -> set[tuple[float, ...]]:
    """Ends of all lines of a width."""
    return {
        tuple(np.ravel(segment).tolist())
        for each in panel.collections
        if isinstance(each, LineCollection) and np.ravel(each.get_linewidth())[0] == width
        for segment in each.get_segments()
    }


def test_edges_that_join_components_are_bold() -> None:
    drawing = rips_growth(PAIRS, scales=[1.2, 3.2])
    first, second, tree = drawing.figure.axes
    assert lines(first, width=2.4) == {(0, 0, 1, 0)}
    assert lines(second, width=2.4) == {(0, 0, 1, 0), (3, 0, 4.5, 0), (1, 0, 3, 0)}
    assert lines(second, width=0.8) == {(0, 0, 3, 0)}
    assert lines(tree, width=2.4) == lines(second, width=2.4)


def test_titles_count_the_components() -> None:
    titles = [each.get_title() for each in rips_growth(PAIRS, scales=[0.5, 1.2, 3]).figure.axes]
    assert titles == [
        "ε = 0.5: 4 components",
        "ε = 1.2: 3 components",
        "ε = 3: 1 component",
        "minimum spanning tree",
    ]


def test_growth_shows_the_same_part_of_the_plane_with_all_discs() -> None:
    panels = rips_growth(PAIRS, scales=[1.0, 3.0]).figure.axes
    assert {(*panel.get_xlim(), *panel.get_ylim()) for panel in panels} == {(-1.5, 6, -1.5, 1.5)}


def test_growth_data_are_the_edges_drawn() -> None:
    data = rips_growth(PAIRS, scales=[1.2]).data
    assert data[["i", "j", "length", "in_tree"]].to_numpy().tolist() == [
        [0, 1, 1.0, True],
        [2, 3, 1.5, True],
        [1, 2, 2.0, True],
    ]
    assert data[["x_i", "y_i", "x_j", "y_j"]].to_numpy()[2].tolist() == [1, 0, 3, 0]


@pytest.mark.parametrize(
    ("points", "scales", "words"),
    [
        (PAIRS[:1], [1.0], r"in the plane, shape \(n, 2\) with n >= 2, got shape \(1, 2\)"),
        (np.ones((4, 3)), [1.0], r"got shape \(4, 3\)"),
        (PAIRS * np.nan, [1.0], "points must be finite, got nan"),
        (PAIRS, [2.0, 1.0], r"scales must ascend, .* got \(2.0, 1.0\)"),
        (PAIRS, [], "be at least one, got"),
    ],
)
def test_growth_that_cannot_be_drawn(
    points: NDArray[np.float64], scales: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        rips_growth(points, scales=scales)


def test_example_points_keep_apart_and_follow_the_seed() -> None:
    points = example_points(16, seed=2)
    apart = np.linalg.norm(points[:, None] - points, axis=2)[np.triu_indices(16, 1)]
    assert points.shape == (16, 2)
    assert apart.min() >= 0.15
    assert np.array_equal(points, example_points(16, seed=2))
    assert not np.array_equal(points, example_points(16, seed=3))


def test_counterexample_says_which_direction_notices() -> None:
    # The chain of the square keeps its lengths but is folded: the ends of Z coincide with others.
    folded = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.01], [1.0, 0.0]])
    folded[2] = folded[1] + [np.cos(3.0), np.sin(3.0)]
    folded[3] = folded[2] + [1.0, 0.0]
    X = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0 + 1e-9]])
    labels = counterexample(X, {"folded": folded}).figure.axes[1].get_xlabel().split("\n")
    assert labels[0].endswith("= 0")
    assert float(labels[1].split("= ")[1]) > 0.1


def test_counterexample_states_the_losses_of_the_paper() -> None:
    # Stretched by 2: every tree edge of the square changes by its own length.
    drawing = counterexample(SQUARE, {"twice": 2.0 * SQUARE})
    lengths = np.array([1.0, 1.0, np.hypot(1, 0.1)])
    expected = 0.5 * (lengths**2).sum()
    _, image = drawing.figure.axes
    losses = [float(line.split("= ")[1]) for line in image.get_xlabel().split("\n")]
    assert losses == pytest.approx([expected, expected], rel=0.02)


def test_counterexample_draws_the_input_tree_in_both_spaces() -> None:
    Z = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.9, 0.0]])
    left, right = counterexample(SQUARE, {"line": Z}).figure.axes
    assert lines(left, width=2.6) == {(0, 0, 1, 0), (1, 0, 1, 1), (1, 1, 0, 1.1)}
    assert lines(right, width=2.6) == {(0, 0, 1, 0), (1, 0, 2, 0), (2, 0, 2.9, 0)}
    # Both trees have the same edges, so that nothing is dashed.
    assert not lines(left, width=1.6)


def test_counterexample_data_have_both_trees_in_both_spaces() -> None:
    data = counterexample(SQUARE, {"twice": 2.0 * SQUARE}).data
    assert data.groupby(["tree", "space"]).size().to_dict() == {
        ("X", "X"): 3,
        ("X", "Z"): 3,
        ("Z", "X"): 3,
        ("Z", "Z"): 3,
    }
    ends = data[["x_j", "y_j"]].to_numpy() - data[["x_i", "y_i"]].to_numpy()
    assert np.allclose(np.linalg.norm(ends, axis=1), data["length"])


def test_counterexample_needs_the_same_points() -> None:
    with pytest.raises(ValueError, match="must be the same point, got 4 and 3"):
        counterexample(SQUARE, {"Z": SQUARE[:3]})
    with pytest.raises(ValueError, match="needs at least one image"):
        counterexample(SQUARE, {})


def test_counterexample_has_a_panel_for_each_image() -> None:
    drawing = counterexample(SQUARE, {"twice": 2 * SQUARE, "same": SQUARE})
    assert [panel.get_title() for panel in drawing.figure.axes] == ["input X", "twice", "same"]
    assert drawing.data["image"].value_counts().to_dict() == {"twice": 12, "same": 12}


def test_equal_arguments_give_equal_bytes() -> None:
    growth = [rips_growth(PAIRS, scales=[1.0]).figure for _ in range(2)]
    examples = [counterexample(SQUARE, {"same": SQUARE}).figure for _ in range(2)]
    assert png(growth[0]) == png(growth[1])
    assert png(examples[0]) == png(examples[1])
