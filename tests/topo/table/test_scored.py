"""Scores of one embedding as a table."""

from __future__ import annotations

import math

import pandas as pd

from topo.metrics import METRICS
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.table import describe_scores, to_text
from topo.table.description import Cell, Group, Row, Table, Word

NONE = Hyperparameters()


def row(method: str, metric: str, value: float, *, scaling: str = "raw", reason: str = ""):
    dimension = next(m.dimension for m in METRICS[metric] if m.scaling == scaling)
    status = "not applicable" if reason else "ok"
    place = (metric, dimension, scaling)
    return ScoreRow("score", "X.npy", 0, 0, method, 0, 0, NONE, *place, value, status, reason)


def frame(*rows: ScoreRow) -> pd.DataFrame:
    return SCORES.frame(rows)


def described(scores: pd.DataFrame) -> Table:
    [table] = describe_scores(scores).tables
    return table


def cells(scores: pd.DataFrame) -> dict[str, tuple[Cell, ...]]:
    return {row.title: row.cells for group in described(scores).groups for row in group.rows}


SCORED = frame(
    row("Z.npy", "rmse", 2.0),
    row("Z.npy", "trustworthiness", 0.5),
    row("Z.npy", "bottleneck", 4.0),
    row("Z.npy", "bottleneck", 0.25, scaling="sum"),
    row("Z.npy", "bottleneck", 7.0, scaling="empty"),
    row("Z.npy", "latent_max_death", 1.0),
    row("Z.npy", "reconstruction_error", math.nan, reason="needs a decoder"),
    row("pca", "rmse", 1.0),
    row("pca", "trustworthiness", 0.5),
    row("pca", "bottleneck", 4.0 * (1 + 1e-12)),
    row("pca", "bottleneck", 0.125, scaling="sum"),
    row("pca", "bottleneck", 7.0, scaling="empty"),
    row("pca", "latent_max_death", 3.0),
    row("pca", "reconstruction_error", 0.5),
)
#: An embedding that PCA does not beat in all: it is second in scale, first without.
BETTER = frame(
    row("Z.npy", "rmse", 0.5),
    row("Z.npy", "trustworthiness", 0.50001),
    row("Z.npy", "bottleneck", 6.99999),
    row("Z.npy", "bottleneck", 0.25, scaling="sum"),
    row("Z.npy", "bottleneck", 7.0, scaling="empty"),
    row("pca", "rmse", 1.0),
    row("pca", "trustworthiness", 0.5),
    row("pca", "bottleneck", 9.0),
    row("pca", "bottleneck", 0.5, scaling="sum"),
    row("pca", "bottleneck", 7.0, scaling="empty"),
)


def test_columns_are_the_methods_and_the_empty_diagram() -> None:
    assert described(SCORED).columns == ((Word("Z.npy"),), (Word("PCA"),), (Word("Empty diagram"),))


def test_names_of_files_have_no_subscripts() -> None:
    assert described(frame(row("my_Z.npy", "rmse", 2.0))).columns[0] == (Word("my_Z.npy"),)


def test_a_row_for_every_metric_and_scaling_under_its_family() -> None:
    groups = {group.title: [row.title for row in group.rows] for group in described(SCORED).groups}
    assert groups == {
        "neighbourhoods": ["Trustworthiness ↑"],
        "distances": ["RMSE of distances ↓"],
        "homology": [
            "Bottleneck distance ↓",
            "Bottleneck distance, by its sum ↓",
            "Last death, embedding",
        ],
        "measured by the method itself": ["Reconstruction error ↓"],
    }


def test_values_stand_in_their_places() -> None:
    found = {title: [cell.value for cell in each] for title, each in cells(SCORED).items()}
    assert found["RMSE of distances ↓"] == ["2.000", "1.000", "–"]
    assert found["Bottleneck distance ↓"] == ["4.000", "4.000", "7.000"]
    assert found["Bottleneck distance, by its sum ↓"] == ["0.2500", "0.1250", "–"]
    assert found["Reconstruction error ↓"] == ["–", "0.5000", "–"]


def test_best_is_marked_where_the_embedding_beats_control_and_empty_diagram() -> None:
    marks = {title: [cell.rank for cell in each] for title, each in cells(BETTER).items()}
    assert marks == {
        "RMSE of distances ↓": [1, None, None],
        "Bottleneck distance, by its sum ↓": [1, None, None],
        # Printed as the control's value, and as the empty diagram's.
        "Trustworthiness ↑": [None, None, None],
        "Bottleneck distance ↓": [None, None, None],
    }


def test_a_control_is_never_marked() -> None:
    assert all(cell.rank is None for each in cells(SCORED).values() for cell in each)


def test_metric_of_no_family_is_shown_too(monkeypatch) -> None:
    scores = frame(row("Z.npy", "rmse", 2.0))
    scores["metric"] = "made_up"
    assert described(scores).groups == (
        Group("others", (Row("made_up", (Cell("2.000"), Cell("–"))),)),
    )


def test_long_names_are_cut_in_headings_only() -> None:
    name = "a_rather_long_name_of_an_embedding.npy"
    assert described(frame(row(name, "rmse", 2.0))).columns[0] == (Word("a_rather_long_nam…"),)


def test_reasons_are_told_once_with_all_they_concern() -> None:
    reason = "needs class labels"
    scores = frame(
        row("Z.npy", "rmse", 2.0),
        *(
            row(method, metric, math.nan, reason=reason)
            for method in ("Z.npy", "pca")
            for metric in ("knn_accuracy", "silhouette")
        ),
        row("pca", "tsne_kl", math.nan, reason="needs something else"),
    )
    assert described(scores).footnotes == (
        "Nearest-neighbour accuracy, Silhouette of the classes (Z.npy, PCA): not applicable, "
        "needs class labels.",
        "t-SNE's own KL (PCA): not applicable, needs something else.",
    )


def test_text_has_the_table_then_the_reasons() -> None:
    text = to_text(describe_scores(SCORED)).splitlines()
    assert text[0] == "Every metric"
    assert text[-1] == "– Reconstruction error (Z.npy): not applicable, needs a decoder."
    assert any(line.split() == ["RMSE", "of", "distances", "↓", "2.000", "1.000", "–"]
               for line in text)  # fmt: skip
    assert max(map(len, text)) <= 110
