"""Score tables with anything in them: the summaries they have, else an error in words."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.statements.cases import CASES
from tests.topo.strategies import at_most, attempt
from topo.metrics import METRICS
from topo.plan import Job
from topo.scores import (
    SCORES,
    Hyperparameters,
    ScoreRow,
    aggregate,
    repetitions,
    spread,
)
from topo.seeding import derive_seed
from topo.statements import OUTCOMES, STATEMENTS, Evidence, judge, statements_json
from topo.statements.text import verdicts_markdown, verdicts_text
from topo.table import describe_spread, describe_table1, table1, to_markdown, to_text
from topo.table.numbers import format_estimate, format_number, format_paper

numbers = st.sampled_from([0.0, -0.0, 1.0, 1.0, 2.5, 1e-320, 1e150, -1e150, 1e-12]) | st.floats(
    -100, 100
)
awkward = st.sampled_from([math.nan, math.inf, -math.inf, 1e308, 1e151])
metrics = [(each.name, each.scaling, each.dimension) for m in METRICS.values() for each in m]
chosen = st.sampled_from([{"perplexity": 30.0}, {"perplexity": 750}, {}, {"epochs": 20}])
reasons = st.sampled_from(["it broke", "a | b", "# x\n- y", "\u2028", "<b>", "€", "x" * 300])


@st.composite
def rows(draw: Any, *stages: str) -> ScoreRow:
    metric, scaling, dimension = draw(st.sampled_from(metrics[::3] + [("rmse", "raw", None)] * 9))
    ok = draw(st.integers(0, 4)) > 0
    return ScoreRow(
        stage=draw(st.sampled_from(stages)),
        dataset=draw(st.sampled_from(["spheres", "spheres", "mnist", "cubes", ""])),
        draw=draw(st.sampled_from([0, 0, 1, 2])),
        split=draw(st.integers(0, 3)),
        method=draw(st.sampled_from(["tsne", "umap", "ae", "topoae", "pca", "mine"])),
        model_seed=draw(st.sampled_from([0, 0, 0, 1])),
        seed=draw(st.integers(0, 2**32 - 1)),
        hyperparameters=Hyperparameters.of(draw(chosen)),
        metric=metric,
        dimension=dimension,
        scaling=scaling,
        value=draw(numbers) if ok else math.nan,
        status="ok" if ok else draw(st.sampled_from(["failed", "not applicable", "unavailable"])),
        reason="" if ok else draw(reasons),
    )


def key(row: ScoreRow) -> Any:
    return (
        row.stage,
        row.dataset,
        row.draw,
        row.split,
        row.method,
        row.model_seed,
        row.metric,
        row.scaling,
    )


tables = st.lists(rows("benchmark", "sweep"), max_size=14, unique_by=key)
benchmarks = st.lists(rows("benchmark"), max_size=14, unique_by=key)


@at_most(40)
@given(tables)
def test_every_summary_of_a_table_is_finite_where_it_says_so(given_rows: Any) -> None:
    frame = SCORES.frame(given_rows)
    summary = attempt(aggregate, frame)
    if summary is None:
        return  # two stages in one table
    assert summary["planned"].sum() == len(repetitions(frame))
    some = summary[summary["n"] > 0]
    assert (some["min"] <= some["mean"] * (1 + 1e-9 * np.sign(some["mean"]))).all()
    assert (some["mean"] <= some["max"] * (1 + 1e-9 * np.sign(some["max"])) + 1e-300).all()
    several = summary[summary["n"] > 1]
    assert np.isfinite(several[["mean", "sd", "half_width", "min", "max"]].to_numpy()).all()
    assert summary.loc[summary["n"] == 0, "mean"].isna().all()
    assert ((summary["status"] == "ok") == (summary["reason"] == "")).all()


@at_most(40)
@given(benchmarks)
def test_tables_are_written_whole(given_rows: Any) -> None:
    frame = SCORES.frame(given_rows)
    summary = attempt(aggregate, frame)
    if summary is None:
        return  # two sets of hyperparameters for one split
    for described in (describe_table1(table1(summary)), describe_spread(spread(frame))):
        assert max(map(len, to_text(described).splitlines())) <= 110
        text = to_markdown(described)
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert all(line.endswith("|") for line in lines)
        assert "nan" not in text
        assert "<b>" not in text.replace("\\<b>", "")


#: The others are judged on the paper's own numbers alone.
ON_TABLES = [each for each in STATEMENTS if each.name in CASES]


@at_most(60)
@given(st.sampled_from(ON_TABLES), st.integers(0, 2), st.lists(numbers, min_size=1), st.data())
def test_statements_have_a_verdict_whatever_the_values(
    statement: Any, outcome: int, values: list[float], data: Any
) -> None:
    given_rows = CASES[statement.name][outcome].rows
    others = itertools.cycle(values)
    changes = {
        "other values": lambda row: row._replace(value=next(others)) if row.status == "ok" else row,
        "one value": lambda row: row._replace(value=values[0]) if row.status == "ok" else row,
        "failed": lambda row: row._replace(value=math.nan, status="failed", reason="it | broke"),
        "nothing": lambda row: row,
    }
    change = changes[data.draw(st.sampled_from(sorted(changes)))]
    kept = data.draw(st.sampled_from([slice(None), slice(1, None), slice(None, None, 2), slice(1)]))
    judged = statement.judge(Evidence(**tables_by_stage(map(change, given_rows[kept]))))
    check_verdict(judged)


def tables_by_stage(given_rows: Iterable[ScoreRow]) -> dict[str, pd.DataFrame]:
    stages: dict[str, list[ScoreRow]] = {}
    for row in given_rows:
        stages.setdefault(row.stage, []).append(row)
    return {stage: SCORES.frame(each) for stage, each in stages.items()}


def check_verdict(judged: Any) -> None:
    assert judged.outcome in OUTCOMES
    assert judged.explanation.endswith(".")
    assert not re.search(r"\b(nan|inf)\b", judged.explanation)


@at_most(10)
@given(tables)
def test_every_statement_has_a_verdict_on_any_table(given_rows: Any) -> None:
    judged = judge(Evidence(**tables_by_stage(given_rows)))
    for each in judged:
        for reading in each.readings:
            check_verdict(reading)
    json.dumps(statements_json(judged), allow_nan=False)
    assert max(map(len, verdicts_text(judged).splitlines())) <= 110
    assert verdicts_markdown(judged).endswith("\n")


def of_splits(*values: float, method: str = "m") -> list[ScoreRow]:
    row = ScoreRow(
        "s", "d", 0, 0, method, 0, 0, Hyperparameters(), "rmse", None, "raw", 0.0, "ok", ""
    )
    return [row._replace(split=split, value=value) for split, value in enumerate(values)]


@pytest.mark.parametrize("unit", [1e-310, 1e-200, 1.0, 1e200, 1e306])
def test_summaries_do_not_depend_on_the_unit(unit: float) -> None:
    (row,) = aggregate(SCORES.frame(of_splits(unit, 2 * unit, 6 * unit))).to_dict("records")
    expected = {
        "mean": 3,
        "sd": math.sqrt(7),
        "half_width_splits": 4.302653 * math.sqrt(7 / 3),
        "min": 1,
        "max": 6,
    }
    for name, value in expected.items():
        assert row[name] / unit == pytest.approx(value, rel=1e-6)


def test_values_too_large_for_an_interval_are_refused() -> None:
    frame = SCORES.frame([*of_splits(1.7e308, -1.7e308), *of_splits(1e308, -1e308, method="n")])
    with pytest.raises(ValueError, match=r"from -1.7e\+308 to 1.7e\+308 have no mean .*'rmse'"):
        aggregate(frame)


# --- rows and files ---

fields = {
    "stage": st.sampled_from(["benchmark", "", None, 3]),
    "split": st.sampled_from([0, 1.0, 0.5, -1, 2**70, None, "0", "x"]),
    "seed": st.sampled_from([0, 2**32, 2**64, math.nan, "7"]),
    "hyperparameters": st.sampled_from([Hyperparameters(), "{}", "", {}, [], None, "\ud800"]),
    "dimension": st.sampled_from([None, 0, 1, 0.5, math.nan, "0", 2**70]),
    "value": numbers | awkward | st.sampled_from(["1.5", "x", None, 10**400, 1j]),
    "status": st.sampled_from(["ok", "failed", "fine", "", None]),
    "reason": st.sampled_from(["", "it broke", None, "\x00"]),
}


@at_most(150)
@given(rows("benchmark"), st.fixed_dictionaries({}, optional=fields))
def test_awkward_rows_make_a_sound_table_or_are_refused(row: ScoreRow, change: Any) -> None:
    frame = attempt(SCORES.frame, [row._replace(**change)])
    if frame is not None:
        SCORES.check(frame)
        assert len(frame) == 1
        ok = frame["status"].iloc[0] == "ok"
        assert ok == math.isfinite(frame["value"].iloc[0])
        assert ok == (frame["reason"].iloc[0] == "")


@pytest.mark.parametrize("row", [(), ("benchmark",), tuple(range(15))])
def test_rows_of_other_fields_are_refused(row: Any) -> None:
    with pytest.raises(ValueError, match=r"must have the fields stage, dataset, .*, reason, got"):
        SCORES.frame([row])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"split": 2**70}, "column split of a score table must hold int64, got another value"),
        ({"value": "many"}, "column value of a score table must hold float64, got another value"),
        ({"hyperparameters": "{}"}, "must hold Hyperparameters, got str"),
    ],
)
def test_refusals_name_the_column(change: Any, words: str) -> None:
    row = ScoreRow("s", "d", 0, 0, "m", 0, 0, Hyperparameters(), "rmse", None, "raw", 1.0, "ok", "")
    with pytest.raises(ValueError, match=words):
        SCORES.frame([row._replace(**change)])


HEADER = ",".join(f'"{column}"' for column in SCORES.columns) + "\n"
ROW = '"s","d",0,0,"m",0,0,"{}","rmse",,"raw",1.5,"ok",""\n'
cells = st.sampled_from(
    [
        '"',
        ",",
        "\n",
        "\r",
        "\x00",
        "nan",
        "inf",
        "1e999",
        "9" * 30,
        "-",
        "0.5",
        '"{}"',
        "é",
        "ok",
        "",
    ]
)


@at_most(150)
@given(
    st.integers(0, len(HEADER + ROW)), st.integers(0, 20), st.lists(cells, max_size=6).map("".join)
)
def test_edited_files_are_sound_tables_or_refused_by_name(
    tmp_path: Path, start: int, cut: int, added: str
) -> None:
    path = tmp_path / "scores.csv"
    text = HEADER + ROW
    path.write_bytes((text[:start] + added + text[start + cut :]).encode())
    check_file(path)


def test_row_with_one_value_too_many_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(HEADER + "," + ROW)
    with pytest.raises(ValueError, match="as many values as there are columns, got one more"):
        SCORES.read(path)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_sound_table_or_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    check_file(path)


def check_file(path: Path) -> None:
    try:
        frame = SCORES.read(path)
    except ValueError as error:
        assert str(error).startswith(f"{path} is no score table: ")
    else:
        SCORES.check(frame)
        path.write_text(SCORES.csv(frame), encoding="utf-8")
        pd.testing.assert_frame_equal(SCORES.read(path), frame)


# --- numbers and seeds ---

any_number = st.floats() | numbers | awkward


@at_most(100)
@given(any_number, st.integers(1, 6))
def test_numbers_are_written_to_the_digits_asked(value: float, digits: int) -> None:
    text = format_number(value, digits)
    if math.isfinite(value):
        assert float(text) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=5e-324)
        assert len(text) < 16
    else:
        assert text == str(value)


@at_most(100)
@given(any_number, st.floats(0) | st.just(math.nan))
def test_estimates_are_written_on_one_line(mean: float, half_width: float) -> None:
    text = format_estimate(mean, half_width)
    assert text.isprintable()
    assert len(text) < 40


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_values_of_the_paper_keep_five_digits(value: float) -> None:
    assert float(format_paper(value)) == pytest.approx(value, rel=1e-4)


@given(st.lists(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3)))
def test_seeds_are_32_bits_or_refused(coordinates: Any) -> None:
    seed = attempt(derive_seed, *coordinates)
    fine = bool(coordinates) and all(type(each) in (int, str) for each in coordinates)
    assert (seed is not None) == fine
    assert seed is None or 0 <= seed < 2**32


def test_jobs_on_awkward_names_have_their_own_seed() -> None:
    jobs = [Job(name, 0, 0, "tsne", 0, None) for name in ("", "a/b", "é", "\ud800")]  # type: ignore[arg-type]
    assert len({job.seed for job in jobs}) == len(jobs)
