"""Figures of embeddings, looked at through matplotlib's objects."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from topo.figures import embedding_grid, png

LABELS = np.repeat(np.arange(4), 5)
POINTS: NDArray[np.float64] = np.random.default_rng(0).normal(size=(20, 2))


def grid(*methods: str, outer: int | None = 3) -> Figure:
    return embedding_grid(dict.fromkeys(methods, POINTS), LABELS, dataset="spheres", outer=outer)


def clouds(figure: Figure, panel: int = 0) -> list[PathCollection]:
    return [each for each in figure.axes[panel].collections if isinstance(each, PathCollection)]


def drawn(figure: Figure, panel: int = 0) -> dict[tuple[float, ...], tuple[float, ...]]:
    """The colour of every point that is drawn, by its place, in the order of drawing."""
    return {
        tuple(place): tuple(colour[:3])
        for cloud in clouds(figure, panel)
        for place, colour in zip(
            np.asarray(cloud.get_offsets()).tolist(),
            np.broadcast_to(cloud.get_facecolor(), (len(cloud.get_offsets()), 4)).tolist(),
            strict=True,
        )
    }


def is_grey(colour: tuple[float, ...]) -> bool:
    return len(set(colour)) == 1


def test_one_panel_per_method_under_its_printed_name() -> None:
    figure = grid("tsne", "umap", "ae", "topoae", "new_method")
    titles = [panel.get_title() for panel in figure.axes if panel.axison]
    assert titles == ["t-SNE", "UMAP", "AE", "TopoAE", "new_method"]
    assert figure.get_suptitle() == "SPHERES"


@pytest.mark.parametrize(
    ("n_methods", "shape"), [(1, (1, 1)), (4, (1, 4)), (5, (2, 3)), (6, (2, 3)), (9, (3, 3))]
)
def test_panels_fill_rows_of_four_at_most(n_methods: int, shape: tuple[int, int]) -> None:
    spec = grid(*map(str, range(n_methods))).axes[0].get_subplotspec()
    assert spec is not None
    assert (spec.get_gridspec().nrows, spec.get_gridspec().ncols) == shape


def test_outer_class_is_grey_and_below_the_others() -> None:
    places = list(drawn(grid("ae", outer=1)).items())
    assert {place for place, _ in places[:5]} == set(map(tuple, POINTS[LABELS == 1].tolist()))
    assert [is_grey(colour) for _, colour in places] == [True] * 5 + [False] * 15


def test_every_point_is_drawn_once_in_the_colour_of_its_class() -> None:
    figure = grid("ae", "umap", outer=None)
    assert drawn(figure) == drawn(figure, 1)
    assert len(drawn(figure)) == len(POINTS)
    by_class = [{drawn(figure)[tuple(place)] for place in POINTS[c == LABELS].tolist()}
                for c in range(4)]  # fmt: skip
    assert [len(each) for each in by_class] == [1] * 4
    assert len(set.union(*by_class)) == 4


def test_no_class_is_drawn_over_all_others() -> None:
    order = [LABELS[np.argmin(np.abs(POINTS - place).sum(axis=1))] for place in drawn(grid("ae"))]
    inner = order[5:]
    # Of each of the three inner classes a point lies below points of both others.
    assert all(set(inner[inner.index(each) + 1 :]) == {0, 1, 2} for each in range(3))


def test_no_inner_class_is_grey_where_the_outer_one_is() -> None:
    labels = np.arange(20) % 11
    figure = embedding_grid({"ae": POINTS}, labels, dataset="spheres", outer=10)
    assert figure.legends[0].get_texts()[-1].get_text() == "outer"
    greys = {colour[0] for colour in drawn(figure).values() if is_grey(colour)}
    assert len(greys) == 2
    assert max(greys) - min(greys) > 0.5


def test_units_are_equal_and_unmarked() -> None:
    panel = grid("ae").axes[0]
    assert panel.get_aspect() == 1
    assert len(panel.get_xticks()) == len(panel.get_yticks()) == 0


def test_legend_has_every_class_in_order() -> None:
    texts = [text.get_text() for text in grid("ae", outer=0).legends[0].get_texts()]
    assert texts == ["1", "2", "3", "outer"]


def test_reason_stands_where_there_is_no_embedding() -> None:
    figure = embedding_grid(
        {"ae": POINTS, "umap": "ran longer than its limit of 60 s, on a machine with two cores"},
        *(LABELS,),
        dataset="spheres",
        outer=3,
    )
    written = " ".join(text.get_text() for text in figure.axes[1].texts).replace("\n", " ")
    assert written == "ran longer than its limit of 60 s, on a machine with two cores"
    assert not clouds(figure, 1)


@pytest.mark.filterwarnings("error")
def test_equal_arguments_give_equal_bytes() -> None:
    assert png(grid("tsne", "ae")) == png(grid("tsne", "ae"))


def test_png_has_nearly_the_colours_that_matplotlib_draws() -> None:
    buffer = io.BytesIO()
    grid("tsne", "ae").savefig(buffer, format="png")
    written = png(grid("tsne", "ae"))
    with Image.open(buffer) as expected, Image.open(io.BytesIO(written)) as image:
        assert image.mode == "P"
        drawn = np.asarray(expected.convert("RGB")).astype(int)
        away = np.abs(np.asarray(image.convert("RGB")) - drawn).max(axis=2)
    assert away.max() <= 32
    assert not away[(drawn == 255).all(axis=2)].any()
    assert len(written) < len(buffer.getvalue())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("spread", [(0.0, 0.0), (1e-300, 1e-300), (1e6, 1e-6), (0.0, 1.0)])
def test_degenerate_embeddings_are_drawn(spread: tuple[float, float]) -> None:
    points = POINTS * np.array(spread)
    figure = embedding_grid({"ae": points}, LABELS, dataset="spheres", outer=3)
    assert png(figure)[:4] == b"\x89PNG"


def test_drawing_needs_no_global_state() -> None:
    code = (
        "import sys, topo.figures\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import numpy as np, io\n"
        "figure = topo.figures.embedding_grid({'ae': np.eye(2)}, np.arange(2), dataset='a', "
        "outer=None)\n"
        "figure.savefig(io.BytesIO())\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("embeddings", "words"),
    [
        ({}, "at least one embedding, got none"),
        ({"ae": POINTS[:19]}, r"of ae must be one .* shape \(20, 2\), got \(19, 2\)"),
        ({"ae": np.ones((20, 3))}, r"of ae must lie in the plane, .* got shape \(20, 3\)"),
        (
            {"umap": np.where(np.arange(40).reshape(20, 2) == 9, np.nan, 0)},
            "of umap must be finite, got nan in row 4, column 1",
        ),
    ],
)
def test_what_cannot_be_drawn(embeddings: dict[str, NDArray[np.float64] | str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        embedding_grid(embeddings, LABELS, dataset="spheres", outer=3)
