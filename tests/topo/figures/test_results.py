"""Figures of what stages found: diagrams, the sweep, the tuning."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from topo.figures import Drawing, diagrams_by_scale, perplexity_sweep, png, tuning_trials
from topo.figures.drawing import INK
from topo.scores import SCORES, Hyperparameters, ScoreRow

LARGE = np.array([[0.0, 10.0], [0.0, 20.0]])
SMALL = np.array([[0.0, 0.5], [0.0, 1.0], [0.0, 1.0]])
LABELS = np.array([0, 1, 2, 2])
POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 3.0], [-3.0, 3.0]])


def test_diagrams_share_a_scale_above_and_have_their_own_below() -> None:
    figure = diagrams_by_scale({"input": LARGE, "t-SNE": SMALL}).figure
    assert [panel.get_ylim()[1] for panel in figure.axes] == [21, 21, 21, 1.05]
    assert all(panel.get_xlim() == panel.get_ylim() for panel in figure.axes)
    assert [panel.get_title() for panel in figure.axes[:2]] == ["input", "t-SNE"]


def test_every_point_of_a_diagram_is_drawn_and_counted() -> None:
    drawing = diagrams_by_scale({"input": LARGE, "t-SNE": SMALL})
    panel = drawing.figure.axes[3]
    points, diagonal = panel.lines
    assert np.array_equal(np.asarray(points.get_xydata()), SMALL)
    assert np.asarray(diagonal.get_xydata()).tolist() == [[0, 0], [1.05, 1.05]]
    bars = [bar.get_width() for bar in panel.patches if isinstance(bar, Rectangle)]
    assert sorted(bars)[-2:] == pytest.approx([0.45 * 1.05 / 2, 0.45 * 1.05])
    assert sum(bars) == pytest.approx(1.5 * 0.45 * 1.05)
    assert drawing.data["diagram"].tolist() == ["input"] * 2 + ["t-SNE"] * 3
    assert np.array_equal(drawing.data[["birth", "death"]].to_numpy()[2:], SMALL)


@pytest.mark.filterwarnings("error")
def test_diagrams_without_points_are_drawn() -> None:
    assert png(diagrams_by_scale({"input": LARGE, "collapsed": np.empty((0, 2))}).figure)


@pytest.mark.parametrize(
    ("diagrams", "words"),
    [
        ({}, "at least one diagram, got none"),
        ({"input": np.ones(3)}, r"diagram input must be .* got shape \(3,\)"),
        ({"input": np.full((2, 2), np.inf)}, "diagram input must be finite"),
    ],
)
def test_diagrams_that_cannot_be_drawn(
    diagrams: dict[str, NDArray[np.float64]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        diagrams_by_scale(diagrams)


def sweep_rows(
    perplexities: Iterable[float] = (5.0, 30.0, 750.0), *, dataset: str = "spheres"
) -> list[ScoreRow]:
    """Raw distances 100 + perplexity + split, and others near them; split 1 lacks one."""
    offsets = {"raw": 100.0, "sum": 0.0, "best": 50.0, "empty": 120.0, "max": 7.0}
    rows = []
    for perplexity in perplexities:
        for split in (0, 1):
            for scaling, offset in offsets.items():
                failed = split == 1 and perplexity == 30 and scaling == "raw"
                move = 0.0 if scaling == "empty" else perplexity
                rows.append(
                    ScoreRow(
                        "sweep", dataset, split, split, "tsne", 0, 1,
                        Hyperparameters.of({"perplexity": perplexity}), "sliced_wasserstein", 0,
                        scaling, math.nan if failed else offset + move + split,
                        "failed" if failed else "ok", "too slow" if failed else "",
                    )
                )  # fmt: skip
    return rows


def sweep_drawing(rows: list[ScoreRow]) -> tuple[Figure, pd.DataFrame]:
    return perplexity_sweep(
        SCORES.frame(rows), POINTS, LABELS, dataset="spheres", perplexity=750.0, outer=2
    )


def test_sweep_has_the_embedding_and_a_panel_for_each_scaling() -> None:
    figure, _ = sweep_drawing(sweep_rows())
    embedding, raw, scaled, best = figure.axes
    drawn = np.concatenate([np.asarray(cloud.get_offsets()) for cloud in embedding.collections])
    assert {tuple(point) for point in drawn} == {tuple(point) for point in POINTS}
    assert embedding.get_title() == "t-SNE of SPHERES, perplexity 750"
    assert "own sum" in scaled.get_title(loc="left")
    assert "best factor" in best.get_title(loc="left")
    assert {panel.get_xscale() for panel in (raw, scaled, best)} == {"log"}


def test_sweep_draws_each_repetition_and_their_mean() -> None:
    figure, _ = sweep_drawing(sweep_rows())
    first, second, mean = figure.axes[2].lines
    assert np.asarray(first.get_xydata()).tolist() == [[5, 5], [30, 30], [750, 750]]
    assert np.asarray(second.get_ydata()).tolist() == [6, 31, 751]
    assert np.asarray(mean.get_ydata()).tolist() == [5.5, 30.5, 750.5]


def test_sweep_shows_what_the_empty_diagram_scores() -> None:
    figure, _ = sweep_drawing(sweep_rows())
    legend = figure.axes[1].get_legend()
    assert legend is not None
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["mean of 2 repetitions", "empty diagram"]
    level = [line for line in figure.axes[1].lines if line.get_linestyle() != "-"]
    heights = [np.asarray(line.get_ydata())[0] for line in level]
    assert heights == [120, 121, 120.5]


def test_sweep_data_are_the_numbers_drawn() -> None:
    _, data = sweep_drawing([*sweep_rows(), *sweep_rows((10.0,), dataset="mnist")])
    assert set(data["scaling"]) == {"raw", "sum", "best", "empty"}
    assert set(data["perplexity"]) == {5, 30, 750}
    assert len(data) == 3 * 2 * 4 - 1
    assert data["value"].notna().all()


def test_sweep_with_one_repetition_has_no_mean_of_many() -> None:
    figure, _ = sweep_drawing([row for row in sweep_rows() if row.split == 0])
    legend = figure.axes[1].get_legend()
    assert legend is not None
    assert legend.get_texts()[0].get_text() == "one repetition"


def test_sweep_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"sweep of spheres needs .* run the stage `sweep`"):
        sweep_drawing(sweep_rows(dataset="mnist"))
    with pytest.raises(ValueError, match=r"shape \(4, 2\), got \(3, 2\)"):
        perplexity_sweep(
            SCORES.frame(sweep_rows()),
            *(POINTS[:3], LABELS),
            dataset="spheres",
            perplexity=5.0,
            outer=None,
        )


SEARCH = {"spheres": {"tsne": {"perplexity": (5.0, 60.0)}, "topoae": {"lam": (1.0, 3.0)}}}
#: By trial, -1 the default, what the further judgements say.
AGAIN = {-1: (0.4, 0.5), 0: (0.3, 0.34), 1: (0.2, 0.5), 2: (0.1, math.nan)}


def trials() -> pd.DataFrame:
    values = {
        ("spheres", "tsne", "perplexity"): [(5.0, 0.3), (10.0, 0.1), (50.0, 0.2)],
        ("spheres", "topoae", "lam"): [(1.0, 0.5), (2.0, 0.6), (3.0, math.nan)],
    }
    rows = [
        (*study, trial, 0, setting, value)
        for study, pairs in values.items()
        for trial, (setting, value) in enumerate(pairs)
    ]
    settings = {-1: 30.0, 0: 5.0, 1: 10.0, 2: 50.0}
    rows += [
        ("spheres", "tsne", "perplexity", trial, repetition + 1, settings[trial], value)
        for trial, judged in AGAIN.items()
        for repetition, value in enumerate(judged)
    ]
    return pd.DataFrame(
        [
            {
                "dataset": dataset,
                "method": method,
                "trial": trial,
                "repetition": repetition,
                "hyperparameters": Hyperparameters.of({name: setting}),
                "objective": "kl_0.1",
                "value": value,
                "status": "failed" if math.isnan(value) else "ok",
                "reason": "",
            }
            for dataset, method, name, trial, repetition, setting, value in rows
        ]
    )


def drawn(frame: pd.DataFrame, direction: str = "lower") -> Drawing:
    return tuning_trials(frame, SEARCH, direction=direction)  # type: ignore[arg-type]


@pytest.mark.parametrize(("direction", "chosen"), [("lower", 0), ("higher", -1)])
def test_the_chosen_one_is_filled_by_its_further_judgements(direction: str, chosen: int) -> None:
    figure, data = drawn(trials(), direction)
    # Trial 2 has the best value of all, and failed once.
    assert set(data.loc[data["chosen"], "trial"]) == {chosen}
    filled = [
        line for line in figure.axes[0].lines if line.get_markerfacecolor() not in ("white", INK)
    ]
    (mark,) = filled
    assert np.asarray(mark.get_ydata())[0] == pytest.approx(np.mean(AGAIN[chosen]))


def test_every_candidate_has_a_bar_over_its_judgements() -> None:
    bars = [
        each for each in drawn(trials()).figure.axes[0].collections if hasattr(each, "get_segments")
    ]
    spans = {tuple(bar.get_segments()[0][:, 1]) for bar in bars}
    assert spans == {(0.4, 0.5), (0.3, 0.34), (0.2, 0.5), (0.1, 0.1)}


def test_panels_show_the_searched_range() -> None:
    first, second = drawn(trials()).figure.axes
    low, high = first.get_xlim()
    assert low < 5 and high > 60
    assert (first.get_xscale(), second.get_xscale()) == ("log", "linear")
    edges = {round(float(patch.get_x()), 6) for patch in second.patches}
    assert 3.0 in edges


def test_each_study_has_a_panel_with_its_hyperparameter() -> None:
    first, second = drawn(trials()).figure.axes
    assert (first.get_title(), first.get_xlabel()) == ("t-SNE on SPHERES", "perplexity")
    assert (second.get_title(), second.get_xlabel()) == ("TopoAE on SPHERES", "λ")


def test_failed_trials_are_crosses() -> None:
    second = drawn(trials()).figure.axes[1]
    assert np.shape(second.collections[0].get_offsets()) == (2, 2)
    assert [np.asarray(line.get_xdata())[0] for line in second.lines] == [3.0]


@pytest.mark.filterwarnings("error")
def test_a_study_of_failures_alone_is_drawn() -> None:
    failed = trials().assign(status="failed", value=math.nan)
    drawing = drawn(failed)
    assert not drawing.data["chosen"].any()
    assert png(drawing.figure) == png(drawn(failed).figure)


def test_tuning_without_trials_cannot_be_drawn() -> None:
    unavailable = trials().assign(hyperparameters=Hyperparameters(), status="unavailable")
    with pytest.raises(ValueError, match="needs a trial with hyperparameters, got none"):
        drawn(unavailable)
