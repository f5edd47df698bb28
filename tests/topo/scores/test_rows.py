"""The score table: its checks and its CSV."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topo.scores import SCORES, Hyperparameters, ScoreRow

NONE = Hyperparameters()
ROW = ScoreRow(
    stage="benchmark",
    dataset="spheres",
    draw=0,
    split=0,
    method="tsne",
    model_seed=0,
    seed=123,
    hyperparameters=Hyperparameters.of({"perplexity": 30.0}),
    metric="bottleneck",
    dimension=0,
    scaling="raw",
    value=13.01,
    status="ok",
    reason="",
)
FAILED = ROW._replace(split=1, value=math.nan, status="failed", reason="timed out after 60 s")


def columns_changed(**changes: Any) -> pd.DataFrame:
    return SCORES.frame([ROW]).assign(**changes)


def test_columns_are_those_of_a_row() -> None:
    assert (
        *("stage", "dataset", "draw", "split", "method", "model_seed", "seed"),
        "hyperparameters",
        *("metric", "dimension", "scaling", "value", "status", "reason"),
    ) == SCORES.columns


def test_frame_keeps_rows_in_order() -> None:
    frame = SCORES.frame([FAILED, ROW])
    assert frame["split"].tolist() == [1, 0]
    assert frame["status"].tolist() == ["failed", "ok"]


def test_frame_without_rows_has_its_columns_and_types() -> None:
    assert SCORES.frame([]).dtypes.equals(SCORES.frame([ROW]).dtypes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "done"}, "status out of ok, not applicable, failed, unavailable, got row 0"),
        ({"value": math.nan}, "finite value where the status is ok"),
        ({"value": math.inf}, "finite value where the status is ok"),
        ({"status": "failed", "reason": "late"}, r"no value \(NaN\) where the status is not ok"),
        ({"status": "failed", "value": math.nan}, "give a reason where the status is not ok"),
        ({"reason": "late"}, "give no reason where the status is ok, or say how"),
        ({"hyperparameters": "{}"}, "must hold Hyperparameters, got str"),
        ({"hyperparameters": {}}, "must hold Hyperparameters, got dict"),
    ],
)
def test_contradictions_in_a_row(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SCORES.frame([ROW._replace(**change)])


def test_fault_names_its_row() -> None:
    with pytest.raises(ValueError, match=r"got row 1: .*'method': 'umap'"):
        SCORES.frame([ROW, ROW._replace(method="umap", status="done")])


@pytest.mark.parametrize(
    "change",
    [{"seed": 7}, {"value": 1.0}, {"status": "failed", "value": math.nan, "reason": "late"}],
)
def test_two_rows_for_the_same_thing(change: dict[str, Any]) -> None:
    with pytest.raises(
        ValueError, match="must differ in at least one of stage, dataset, draw, split"
    ):
        SCORES.frame([ROW, ROW._replace(**change)])


def test_two_rows_for_the_same_thing_without_dimension() -> None:
    with pytest.raises(ValueError, match="must differ in at least one of"):
        SCORES.frame([ROW._replace(dimension=None)] * 2)


@pytest.mark.parametrize(
    "change",
    [
        *({"stage": "sweep"}, {"dataset": "mnist"}, {"draw": 1}, {"split": 1}, {"method": "umap"}),
        *(
            {"model_seed": 1},
            {"hyperparameters": Hyperparameters()},
            {"metric": "rmse"},
            {"dimension": 1},
        ),
        *({"scaling": "sum"}, {"dimension": None}),
    ],
)
def test_any_coordinate_tells_rows_apart(change: dict[str, Any]) -> None:
    assert len(SCORES.frame([ROW, ROW._replace(**change)])) == 2


def test_missing_and_unknown_columns() -> None:
    frame = SCORES.frame([ROW]).rename(columns={"value": "score"})
    with pytest.raises(ValueError, match=r"in that order; missing: value; unknown: score"):
        SCORES.check(frame)


def test_columns_out_of_order() -> None:
    with pytest.raises(ValueError, match="in that order; missing: none; unknown: none"):
        SCORES.check(SCORES.frame([ROW])[list(reversed(SCORES.columns))])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"split": 0.5}, "column split .* must hold int64, got float64"),
        ({"value": "13"}, "column value .* must hold float64, got str"),
        ({"dimension": 0}, "column dimension .* must hold Int64, got int64"),
        ({"method": 3}, "column method .* must hold str, got int64"),
        (
            {"reason": pd.Series([None], dtype="str")},
            "column reason .* must hold str, got str with missing entries",
        ),
    ],
)
def test_wrong_types(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SCORES.check(columns_changed(**change))


TEXT = st.text("aN0.-,;'\"\\\n\r\t é†", max_size=8)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    values=st.lists(st.one_of(st.just(math.nan), st.floats(allow_nan=False, allow_infinity=False))),
    reason=TEXT.filter(bool),
    method=TEXT,
    setting=TEXT,
)
def test_csv_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[float],
    reason: str,
    method: str,
    setting: str,
) -> None:
    frame = SCORES.frame(
        ROW._replace(
            split=split,
            method=method,
            hyperparameters=Hyperparameters.of({"setting": setting}),
            dimension=None if split % 2 else 0,
            value=value,
            status="failed" if math.isnan(value) else "ok",
            reason=reason if math.isnan(value) else "",
        )
        for split, value in enumerate(values)
    )
    path = tmp_path_factory.mktemp("csv") / "scores.csv"
    path.write_bytes(SCORES.csv(frame).encode())
    back = SCORES.read(path)
    pd.testing.assert_frame_equal(back, frame, check_exact=True)
    assert back["value"].to_numpy().tobytes() == frame["value"].to_numpy().tobytes()
    assert SCORES.csv(back) == SCORES.csv(frame)


@pytest.mark.parametrize("text", ["NA", "nan", "null", "None", "True", "1e3", " a ", '"', "a\r\nb"])
def test_text_that_looks_like_something_else(tmp_path: Path, text: str) -> None:
    frame = SCORES.frame([ROW._replace(method=text), FAILED._replace(reason=text)])
    path = tmp_path / "scores.csv"
    path.write_bytes(SCORES.csv(frame).encode())
    back = SCORES.read(path)
    assert (back["method"][0], back["reason"][1]) == (text, text)


def test_large_seed_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(SCORES.csv(SCORES.frame([ROW._replace(seed=2**63 - 1)])))
    assert SCORES.read(path)["seed"].tolist() == [2**63 - 1]


def test_csv_refuses_a_table_that_is_none() -> None:
    with pytest.raises(ValueError, match="a score table must have the columns"):
        SCORES.csv(pd.DataFrame({"value": np.ones(2)}))


@pytest.mark.parametrize(
    "text",
    ["", "a,b\n1,2\n", SCORES.csv(SCORES.frame([ROW])).replace('"spheres",0', '"spheres",x')],
)
def test_file_that_is_no_score_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"is no score table: .*; run the stage") as error:
        SCORES.read(path)
    assert str(path) in str(error.value)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"scores\.csv"):
        SCORES.read(tmp_path / "scores.csv")
