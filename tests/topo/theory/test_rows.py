"""The theory table, in memory and as CSV."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from topo.theory.rows import THEORY, TheoryRow

ROW = TheoryRow("theorem_1", "circle/m=20", "violation_printed", 0, 0, 7, 0.1 + 0.2, "ok", "")
FAILED = TheoryRow("figure_4", "", "", None, 0, 7, math.nan, "failed", 'it "broke",\nso to say')


def test_the_table_is_read_back_exactly(tmp_path: Path) -> None:
    frame = THEORY.frame([ROW, ROW._replace(repetition=1, value=-0.0), FAILED])
    path = tmp_path / "scores.csv"
    path.write_text(THEORY.csv(frame))
    pd.testing.assert_frame_equal(THEORY.read(path), frame, check_exact=True)
    assert path.read_text().startswith('"experiment","case","quantity","dimension","repetition"')


def test_a_table_without_rows_has_its_columns_and_types() -> None:
    assert THEORY.frame([]).dtypes.equals(THEORY.frame([ROW]).dtypes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "ok", "value": math.nan}, "finite value where the status is ok"),
        ({"status": "failed"}, r"no value \(NaN\) where the status is not ok"),
        ({"reason": "Estimated from afar"}, "give no reason where the status is ok"),
        ({"repetition": 0.5}, "column repetition of a theory table must hold int64"),
        ({"case": None}, "column case of a theory table must hold str, got .* with missing"),
    ],
)
def test_other_rows_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        THEORY.frame([ROW._replace(**change)])


def test_two_values_of_one_number_are_refused() -> None:
    words = "differ in at least one of experiment, case, quantity, dimension, repetition, got row 1"
    with pytest.raises(ValueError, match=words):
        THEORY.frame([ROW, ROW._replace(value=1.0)])


def test_another_table_is_refused_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(THEORY.csv(THEORY.frame([ROW])).replace("quantity", "metric"))
    with pytest.raises(ValueError, match=r"scores.csv is no theory table: .*missing: quantity"):
        THEORY.read(path)
    with pytest.raises(ValueError, match="must have the columns experiment, case, quantity"):
        THEORY.check(pd.DataFrame())
