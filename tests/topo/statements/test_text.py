"""The verdicts in print."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.topo.statements.tables import Table
from topo.statements import (
    CONCLUSIONS,
    STATEMENTS,
    Evidence,
    Firmness,
    Judged,
    JudgedConclusion,
    judge,
)
from topo.statements.text import (
    DEFINED,
    FINDINGS,
    WIDTH,
    by_cause,
    changed_otherwise,
    curve_words,
    findings_markdown,
    verdicts_markdown,
    verdicts_text,
)
from topo.statements.verdicts import Curve, conclude
from topo.table.markdown import escape


def made(name: str, theme: str, *outcomes: str, firmness: str = "", **changes: str) -> object:
    fields = {"claim": f"{name} is so.", "rule": "Holds if so.", "explanation": "It is 3 ± 1."}
    firm = Firmness(firmness, ("half of the repetitions",)) if firmness else None  # type: ignore[arg-type]
    readings = tuple(
        Judged(f"{name}-{n}", outcome=outcome, numbers={}, firmness=firm, **(fields | changes))  # type: ignore[arg-type]
        for n, outcome in enumerate(outcomes)
    )
    outcome = conclude([each.outcome for each in readings])
    return JudgedConclusion(name, theme, "4.2", f"{name} so", outcome, readings, firm)


SOME = [
    made("one", "Table 1", "holds"),
    made("two", "Table 1", "not decidable", explanation="lost: a|b <i> *x*\nand `y`."),
    made("three", "Loss", "does not hold", firmness="fragile"),
    made("four", "Loss", "holds", "does not hold", "holds", firmness="firm"),
]
CURVE = Curve(
    "share | forgiven",
    "%",
    1.0,
    ((0.5, "holds"), (1.0, "holds"), (2.0, "does not hold"), (5.0, "does not hold")),
)


def test_text_in_full() -> None:
    lines = verdicts_text(SOME).splitlines()
    assert lines[0] == (
        "Of 4 conclusions, in 6 readings: holds 1, holds in part 1, does not hold 1, not decidable "
        "1."
    )
    start = next(i for i, line in enumerate(lines) if line.startswith("── Table 1 ──"))
    assert " ".join(lines[1:start]).strip() == DEFINED
    assert lines[start + 1 : start + 3] == ["✓   “one so” (4.2)", "    holds: It is 3 ± 1."]
    assert lines[start + 3].startswith("?   “two")
    # The firmest of a theme comes first.
    assert lines.index("◐   “four so” (4.2)") + 2 == lines.index("✗   “three so” (4.2)")
    assert "    holds in part, firm: 3 readings: 2 holds, 1 does not hold." in lines
    assert sum(line.startswith("── ") for line in lines) == 2


def test_text_is_narrow() -> None:
    evidence = Table().benchmark("rmse", tsne=1).failed("no such file: " + "x" * 90).evidence()
    for judged in (judge(Evidence()), judge(evidence), SOME):
        text = verdicts_text(judged)
        assert max(map(len, text.splitlines())) <= WIDTH == 110
        assert text.endswith(".\n")


def test_markdown_has_a_row_for_every_conclusion_and_reading() -> None:
    markdown = verdicts_markdown([*judge(Evidence()), SOME[0]])
    # A space that breaks no line keeps the sign beside its outcome.
    start = re.compile(r"\| [✓◐✗?]\N{NO-BREAK SPACE}(holds|does not|not decidable)")
    rows = [line for line in markdown.splitlines() if start.match(line)]
    lacking = [each for each in STATEMENTS if each.judge(Evidence()).cause]
    assert len(STATEMENTS) > len(lacking) > 100
    assert len(rows) == len(CONCLUSIONS) + len(STATEMENTS) - len(lacking) + 2
    for conclusion in CONCLUSIONS:
        assert sum(f"| “{escape(conclusion.quote)}” (" in row for row in rows) == 1
    for statement in STATEMENTS:
        found = [row for row in rows if f"<br>`{statement.name}`<br>" in row]
        expected = [] if statement in lacking else [True]
        assert [escape(statement.rule) in row for row in found] == expected
        assert markdown.count(f"`{statement.name}`") == 1
    assert markdown.startswith("## What became of the paper's conclusions\n")


def test_markdown_says_what_would_change_a_verdict() -> None:
    assert markdown_row("`three-0`").endswith("<br>Changed by: half of the repetitions. |")
    assert "does not hold, fragile | " in markdown_row("`three-0`")
    assert "Changed by" not in markdown_row("`one-0`")


def test_findings_are_statements_and_stand_in_a_table() -> None:
    judged = judge(Evidence())
    markdown = findings_markdown(judged)
    assert markdown.startswith(f"Of {len(CONCLUSIONS)} conclusions, in {len(STATEMENTS)} readings")
    claims = {each.name: each.claim for each in STATEMENTS}
    assert "|" not in markdown
    assert "- There are no scores of the benchmark: 7 readings without evidence.\n" in markdown
    measured = [
        replace(each, readings=tuple(replace(one, cause="") for one in each.readings))
        for each in judged
    ]
    lines = findings_markdown(measured).splitlines()
    assert len(lines) == 4 + len(FINDINGS) == 4 + len(set(FINDINGS))
    for name, line in zip(FINDINGS, lines[4:], strict=True):
        assert escape(claims[name]) in line


def test_what_is_missing_is_said_once() -> None:
    # A run without MNIST that is otherwise nearly empty.
    judged = judge(Table().benchmark("rmse", tsne=1, topoae=2).evidence())
    for write in (verdicts_markdown, verdicts_text, findings_markdown):
        text = " ".join(write(judged).split())
        assert text.count("MNIST is not part of the benchmark") == 1
        assert text.count("UMAP on SPHERES is not part of the benchmark: ") == 1
    readings = [one for each in judged for one in each.readings]
    causes = by_cause(readings)
    n = len(causes["MNIST is not part of the benchmark"])
    assert n > 20
    assert f"MNIST is not part of the benchmark: {n} readings" in verdicts_markdown(judged)
    assert sum(map(len, causes.values())) == sum(bool(each.cause) for each in readings)
    # What was judged, or is open on its numbers, lacks nothing.
    assert all(
        each.outcome == "not decidable" and not each.numbers for each in readings if each.cause
    )
    assert not any(one.cause for each in SOME for one in each.readings)  # type: ignore[attr-defined]


def test_a_failed_run_is_one_cause() -> None:
    table = Table()
    for metric in ("rmse", "nesting", "reconstruction_error", "trustworthiness"):
        table.benchmark(metric, topoae=1)
    judged = judge(table.failed("out of memory").evidence())
    causes = by_cause(one for each in judged for one in each.readings)
    failed = causes["TopoAE on SPHERES has no value (failed: out of memory)"]
    assert len(failed) > 2
    assert len({each.explanation for each in failed}) > 2


def test_a_dataset_that_is_not_to_be_had_is_one_cause_for_all_methods() -> None:
    table = Table()
    for metric in ("rmse", "nesting", "reconstruction_error", "trustworthiness"):
        table.benchmark(metric, topoae=1, tsne=1)
    table.rows = [row._replace(status="unavailable") for row in table.failed("no file").rows]
    judged = judge(table.evidence())
    causes = by_cause(one for each in judged for one in each.readings)
    assert len(causes["SPHERES has no value (unavailable: no file)"]) > 2


def test_a_curve_says_where_its_outcome_changes() -> None:
    assert curve_words(CURVE) == "holds at 0.5 %, 1 % (used); does not hold at 2 %, 5 %"
    bare = Curve("k", "", 2, ((1, "not decidable"), (2, "holds"), (3, "not decidable")))
    assert curve_words(bare) == "not decidable at 1; holds at 2 (used); not decidable at 3"


def test_markdown_shows_the_curve_in_place_of_its_thresholds() -> None:
    firmness = Firmness("fragile", ("share | forgiven: 2 %", "half of the repetitions"), (CURVE,))
    assert changed_otherwise(firmness) == ["half of the repetitions"]
    one = SOME[0]
    reading = replace(one.readings[0], firmness=firmness)  # type: ignore[attr-defined]
    row = next(
        line
        for line in verdicts_markdown([replace(one, readings=(reading,))]).splitlines()  # type: ignore[type-var]
        if "`one-0`" in line
    )
    assert row.endswith(
        r"<br>By share \| forgiven: holds at 0.5 %, 1 % (used); does not hold at 2 %, 5 %."
        "<br>Changed by: half of the repetitions. |"
    )


def markdown_row(part: str) -> str:
    return next(line for line in verdicts_markdown(SOME).splitlines() if part in line)


def test_markdown_escapes_foreign_text() -> None:
    row = markdown_row("`two-0`")
    assert r"lost: a\|b \<i> \*x\* and \`y\`." in row
    assert row.count(" | ") == 2


@pytest.mark.parametrize("write", [verdicts_text, verdicts_markdown])
def test_no_statement_at_all(write: object) -> None:
    assert "holds 0, holds in part 0" in write([])  # type: ignore[operator]
