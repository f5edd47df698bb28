"""The small pictures of the findings, looked at through matplotlib's objects."""

from __future__ import annotations

import math

import numpy as np

from topo.figures import (
    Curve,
    Estimate,
    curve_row,
    embedding_row,
    estimate_bars,
    outcome_bars,
    png,
)

POINTS = np.random.default_rng(0).normal(size=(20, 2))


def test_row_has_a_panel_for_each_embedding() -> None:
    figure = embedding_row({"a": POINTS, "b": -POINTS}, np.repeat([0, 1], 10), outer=1)
    assert [panel.get_title() for panel in figure.axes] == ["a", "b"]
    assert png(figure).startswith(b"\x89PNG")


def test_curves_have_their_level_where_there_is_one() -> None:
    x, mean = [5.0, 30.0, 750.0], [1.0, 3.0, 2.0]
    curves = [Curve("raw", x, mean, mean, mean, 2.5), Curve("sum", x, mean, mean, mean)]
    first, second = curve_row(curves, x_title="perplexity").axes
    assert first.lines[0].get_ydata().tolist() == mean
    assert [len(panel.lines) for panel in (first, second)] == [2, 1]
    assert first.get_xticks().tolist() == [5.0, 30.0, 750.0]


def test_an_axis_that_does_not_begin_at_0_says_so() -> None:
    x, high, whole = [5.0, 750.0], [90.0, 91.0], [0.0, 91.0]
    curves = [Curve("high", x, high, high, high), Curve("whole", x, whole, whole, whole)]
    panels = curve_row(curves, x_title="perplexity").axes
    assert [each.get_ylabel() for each in panels] == ["does not begin at 0", ""]


def test_bars_have_their_lengths_and_names() -> None:
    estimates = [Estimate("up", 2.0, 0.5, -1), Estimate("down", -1.0, math.nan, -1)]
    (panel,) = estimate_bars(estimates, title="%").axes
    assert [bar.get_width() for bar in panel.patches] == [2.0, -1.0]
    # Lower is better: the first is worse; the second's interval is not known.
    assert [each.is_better for each in estimates] == [False, None]
    assert [each.get_text() for each in panel.get_yticklabels()] == ["up", "down"]


def test_outcomes_are_stacked_by_theme() -> None:
    counts = {"one": {"holds": 2}, "two": {"holds": 1, "not decidable": 3}}
    (panel,) = outcome_bars(counts).axes
    ends = {bar.get_x() + bar.get_width() for bar in panel.patches}
    assert max(ends) == 4
    assert {each.get_text() for each in panel.texts} == {"2", "1", "3"}
