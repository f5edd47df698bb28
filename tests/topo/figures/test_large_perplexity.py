"""Figures of why large perplexities show nested spheres draw the numbers that they are given."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from topo.figures import alignment_by_perplexity, enclosure_told, nesting_by_start, png

_SHARES = (0.01, 0.375)


def runs() -> pd.DataFrame:
    """Nesting is the share, plus a tenth of the draw, with ties less by a half of itself."""
    names = [
        f"start={start}/exaggeration={way}"
        for start, way in product(("pca", "random", "spectral"), ("kept", "dropped"))
    ]
    rows = []
    clouds = (("spheres", 300, 2), ("spheres", 600, 1), ("spheres_2x", 300, 1))
    for (kind, n, draws), share, run in product(clouds, _SHARES, [*names, "ties=even"]):
        for draw in range(draws):
            nesting = (share + 0.1 * draw) * (0.5 if run == "ties=even" else 1)
            kept = np.nan if run.endswith("dropped") or run == "ties=even" else 0.5
            rows.append((kind, n, share, draw, run, nesting, 0.2, 0.3, kept, kept))
    named = ["spectral_2", "linear_2", "explored_iteration_2", "explored_extent"]
    return pd.DataFrame(rows, columns=["kind", "n", "share", "draw", "run", "nesting", *named])


def test_nesting_has_a_panel_for_every_cloud_with_the_means_of_all_runs() -> None:
    drawing = nesting_by_start(runs())
    titles = [panel.get_title() for panel in drawing.figure.axes]
    assert titles == [
        "SPHERES, 300 points\n2 draws",
        "SPHERES, 600 points\n1 draw",
        "SPHERES, 2x, 300 points\n1 draw",
    ]
    lines = [np.asarray(line.get_xydata()) for line in drawing.figure.axes[0].lines]
    drawn = [line.tolist() for line in lines if len(line) == 2 and line[0, 0] < line[1, 0]]
    assert drawn.count([[0.01, pytest.approx(0.06)], [0.375, pytest.approx(0.425)]]) == 6
    assert drawn.count([[0.01, pytest.approx(0.03)], [0.375, pytest.approx(0.2125)]]) == 1
    row = drawing.data.set_index(["kind", "n", "share", "run"]).loc[
        ("spheres", 300, 0.375, "ties=even")
    ]
    assert row.tolist() == pytest.approx([0.2125, 0.1875, 0.2375, 2])


def test_planes_have_a_panel_for_each_comparison() -> None:
    all_runs = runs()
    main = all_runs[(all_runs["kind"] == "spheres") & (all_runs["n"] == 300)]
    drawing = alignment_by_perplexity(main)
    # Six runs, or the three with exaggeration, and the grey line.
    panels = drawing.figure.axes
    counts = [sum(len(line.get_xydata()) == 2 for line in each.lines) for each in panels]
    assert counts == [7, 7, 4, 4]
    assert drawing.figure.axes[3].get_yscale() == "log"
    assert set(drawing.data["spectral_2"]) == {0.2}


def test_dots_are_all_runs_below_what_they_tell() -> None:
    all_runs = runs()
    drawing = enclosure_told(
        {"fitted": all_runs, "fresh": all_runs.head(3)},
        {"share": "perplexity / points", "spectral_2": "correlation"},
        {"share": ["all right"], "spectral_2": ["half right", "of two"]},
    )
    first, second = drawing.figure.axes
    assert [len(dots.get_offsets()) for dots in first.collections] == [len(all_runs), 3]
    assert first.get_title(loc="left") == "all right"
    assert second.get_title(loc="left") == "half right\nof two"
    assert len(drawing.data) == len(all_runs) + 3
    assert png(drawing.figure)
