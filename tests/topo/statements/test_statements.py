"""Every statement on tables where it must hold, must fail, and must stay undecided."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.topo.statements.cases import CASES
from tests.topo.statements.tables import Table
from topo.scores import SCORES, ScoreRow
from topo.statements import (
    CONCLUSIONS,
    OUTCOMES,
    STATEMENTS,
    Conclusion,
    Evidence,
    Judged,
    JudgedConclusion,
    Outcome,
    Statement,
    judge,
    statements_json,
)
from topo.statements.firmness import examine, perturb
from topo.statements.statement import decided
from topo.statements.verdicts import conclude
from topo.theory.rows import TheoryRow

#: Statements that one exception refutes: a single repetition decides them.
EXACT = re.compile(
    "bottleneck-is-half|all-points-matched|^loss-|^zero-loss|^figure-4|^perfect|^theorem|"
    "^linear|approximates-wasserstein|notices-lost-loops|tells-circle-from-line|"
    "^topological-(term|loss-falls)|"
    "^tsne-draws-(far|shifted)"
)
#: Those on the paper's own numbers have tests of their own: `test_printed.py`.
MEASURED = [each for each in STATEMENTS if not each.name.startswith(("printed-", "table-1-"))]
every_statement = pytest.mark.parametrize("statement", MEASURED, ids=lambda each: each.name)


@cache
def judged_case(statement: Statement, outcome: str) -> Judged:
    return statement.judge(evidence_of(statement, outcome))


@cache
def evidence_of(statement: Statement, outcome: str) -> Evidence:
    """Evidence of the table with that outcome; none for what is judged by the paper's numbers."""
    if statement.name not in CASES:
        return Evidence()
    table: Table = CASES[statement.name][OUTCOMES.index(outcome)]  # type: ignore[arg-type]
    return table.evidence()


def copied(table: Table) -> Table:
    copy = Table()
    copy.rows, copy.numbers = list(table.rows), list(table.numbers)
    copy.gains = list(table.gains)
    return copy


def test_every_statement_has_its_four_tables() -> None:
    assert sorted(CASES) == sorted(each.name for each in MEASURED)


@every_statement
def test_fragile_table(statement: Statement) -> None:
    evidence = CASES[statement.name].fragile.evidence()
    alone = Conclusion("alone", "Theme", "1", "so", (statement,))
    judged = examine(alone, evidence, perturb(evidence)).readings[0]
    assert judged.outcome != "not decidable", judged.explanation
    assert judged.firmness is not None
    assert judged.firmness.word == "fragile", (judged.firmness, judged.explanation)
    # So is no other table, but for exact statements: one counterexample may be one repetition.
    holds = evidence_of(statement, "holds")
    firm = examine(alone, holds, perturb(holds)).readings[0].firmness
    assert firm is not None
    assert firm.word == "firm" or EXACT.search(statement.name), firm


def test_names_are_unique() -> None:
    names = [each.name for each in (*CONCLUSIONS, *STATEMENTS)]
    assert len(set(names)) == len(names) >= 25


@pytest.mark.parametrize("outcome", OUTCOMES)
@every_statement
def test_outcome(statement: Statement, outcome: str) -> None:
    judged = judged_case(statement, outcome)
    assert judged.outcome == outcome, judged.explanation
    assert judged.explanation.endswith(".")
    assert judged.numbers or outcome == "not decidable"
    if outcome == "not decidable":
        # Any number decides what one exception refutes, so that what is missing alone leaves it
        # open; but for theorem 1, which chance refutes among random subsamples. All else must be
        # left open by its numbers.
        is_exact = EXACT.search(statement.name) and not statement.name.startswith("theorem-1")
        assert bool(judged.cause) == bool(is_exact), judged.explanation


@every_statement
def test_failed_rows_give_their_reason(statement: Statement) -> None:
    table = copied(CASES[statement.name][0]).failed("the node was lost")
    judged = statement.judge(table.evidence())
    assert judged.outcome == "not decidable"
    # What tuning gains is a table of numbers alone; the tuning says itself what failed.
    lost = "node was lost" if table.rows + table.numbers else "was not judged"
    assert lost in judged.explanation


@every_statement
def test_one_repetition(statement: Statement) -> None:
    judged = statement.judge(copied(CASES[statement.name][0]).first_repetition().evidence())
    expected = "holds" if EXACT.search(statement.name) else "not decidable"
    assert judged.outcome == expected, judged.explanation


@every_statement
def test_order_of_rows_and_foreign_rows_change_nothing(statement: Statement) -> None:
    table = copied(CASES[statement.name][0])
    expected = judged_case(statement, "holds")
    table.rows = [*reversed(table.rows), *foreign(table.rows)]
    table.numbers = [*reversed(table.numbers), *foreign_numbers(table.numbers)]
    judged = statement.judge(table.evidence())
    assert judged.outcome == "holds"
    assert judged.numbers == pytest.approx(dict(expected.numbers), rel=1e-9, abs=1e-12)


def foreign_numbers(rows: Sequence[TheoryRow]) -> list[TheoryRow]:
    foreigners = [
        row._replace(value=99.0, status="ok", reason="", **change)
        for row in rows
        for change in ({"dimension": 7}, {"experiment": "elsewhere"}, {"quantity": "elsewhere"})
    ]
    return list({row[:5]: row for row in foreigners}.values())


def foreign(rows: Sequence[ScoreRow]) -> list[ScoreRow]:
    """Rows that must not be counted with others, all with a value that would tell."""
    foreigners = [
        row._replace(value=99.0, status="ok", reason="", **change)
        for row in rows
        for change in (
            {"scaling": "empty" if row.scaling == "max" else "max"},
            {"dimension": 7},
            {"method": "random"},
            {"dataset": "elsewhere"},
        )
    ]
    return list({(*row[:6], *row[7:11]): row for row in foreigners}.values())


def test_nothing_is_decided_without_evidence() -> None:
    for nothing in (Evidence(), Evidence(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())):
        judged = judge(nothing)
        assert [each.name for each in judged] == [each.name for each in CONCLUSIONS]
        readings = [reading for each in judged for reading in each.readings]
        assert [each.name for each in readings] == [each.name for each in STATEMENTS]
        measured = [each for each in readings if each.name in CASES]
        assert {each.outcome for each in measured} == {"not decidable"}
        assert all(
            "there are no scores of the" in each.explanation or "was not judged" in each.explanation
            for each in measured
        )


def test_a_dataset_that_is_not_in_the_run_is_named() -> None:
    judged = judge(Table().benchmark("rmse", "digits", tsne=1).evidence())
    explanations = " ".join(one.explanation for each in judged for one in each.readings)
    assert "MNIST is not part of the benchmark" in explanations


def test_tables_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="a score table must have the columns"):
        Evidence(benchmark=pd.DataFrame({"value": [1.0]}))


@every_statement
def test_words(statement: Statement) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", statement.name)
    assert re.search(r"Holds if .*(does not hold if|refutes it|else)", statement.rule)


@pytest.mark.parametrize("conclusion", CONCLUSIONS, ids=lambda each: each.name)
def test_conclusions_quote_the_paper_in_a_few_words(conclusion: Conclusion) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", conclusion.name)
    assert conclusion.place and conclusion.theme and conclusion.readings
    assert 1 <= len(conclusion.quote.split()) <= 15


def test_themes_stand_together() -> None:
    themes = [each.theme for each in CONCLUSIONS]
    changes = sum(a != b for a, b in pairwise(themes))
    assert changes == len(set(themes)) - 1


@every_statement
def test_thresholds_are_those_of_the_rule(statement: Statement) -> None:
    for threshold in statement.thresholds:
        assert threshold.others == tuple(sorted(threshold.others))
        assert threshold.value not in threshold.others
        assert threshold.reason.endswith(".")
        for outcome in OUTCOMES:
            assert decided(threshold.decide, evidence_of(statement, outcome)).outcome == outcome


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["holds", "holds"], "holds"),
        (["holds", "does not hold"], "holds in part"),
        (["holds", "not decidable"], "holds in part"),
        (["does not hold", "not decidable"], "does not hold"),
        (["does not hold"], "does not hold"),
        (["not decidable", "not decidable"], "not decidable"),
    ],
)
def test_readings_make_a_conclusion(outcomes: list[Outcome], expected: str) -> None:
    assert conclude(outcomes) == conclude(outcomes[::-1]) == expected


def test_a_conclusion_without_readings_is_none() -> None:
    with pytest.raises(ValueError, match="needs at least one reading, got none"):
        conclude([])


def test_json_of_any_evidence() -> None:
    for outcome in OUTCOMES:
        judged = [
            JudgedConclusion(
                each.name, each.theme, each.place, each.quote, outcome,
                tuple(judged_case(reading, outcome) for reading in each.readings),
            )
            for each in CONCLUSIONS
        ]  # fmt: skip
        text = json.dumps(statements_json(judged), allow_nan=False)
        readings = [name for each in json.loads(text)["conclusions"] for name in each["readings"]]
        assert len(readings) == len(STATEMENTS)


def test_all_rows_of_a_large_table_are_judged_at_once() -> None:
    rng = np.random.default_rng(0)
    table = Table()
    for name in ("topoae-alone-encloses", "topoae-lowest-rmse-spheres"):
        table.rows += CASES[name][0].rows
    frame = SCORES.frame(table.rows).sample(frac=1, random_state=int(rng.integers(99)))
    judged = judge(Evidence(frame))
    outcomes = {one.name: one.outcome for each in judged for one in each.readings}
    assert outcomes["topoae-alone-encloses"] == outcomes["topoae-lowest-rmse-spheres"] == "holds"
    assert outcomes["topoae-encloses"] == "holds"


def test_the_telling_case_is_named() -> None:
    statement = next(
        each for each in STATEMENTS if each.name.startswith("zero-loss-allows-other-p")
    )
    assert "(dimension 0 faithful, tied)" in judged_case(statement, "holds").explanation
    assert "(" not in judged_case(statement, "does not hold").explanation


def test_a_limit_is_judged_on_all_points_alone() -> None:
    statement = next(each for each in STATEMENTS if each.name == "sample-distance-vanishes")
    table = copied(CASES[statement.name][0])
    table.numbers = [row for row in table.numbers if not row.case.endswith("share=1")]
    judged = statement.judge(table.evidence())
    assert judged.outcome == "not decidable"
    assert "the largest subsamples of circle are 0.75 of the points, not all" in judged.explanation


def test_alone_means_that_topoae_itself_encloses() -> None:
    statement = next(each for each in STATEMENTS if each.name == "topoae-alone-encloses")
    table = Table().benchmark("nesting", tsne=0.1, umap=0.0, ae=0.0, topoae=0.2)
    assert statement.judge(table.evidence()).outcome == "does not hold"
