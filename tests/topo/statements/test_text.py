"""The verdicts in print."""

from __future__ import annotations

import re

import pytest

from tests.topo.statements.tables import Table
from topo.statements import (
    CONCLUSIONS,
    OPEN_QUESTIONS,
    STATEMENTS,
    Evidence,
    Firmness,
    Judged,
    JudgedConclusion,
    judge,
)
from topo.statements.text import (
    FINDINGS,
    WIDTH,
    findings_markdown,
    verdicts_markdown,
    verdicts_text,
)
from topo.statements.verdicts import conclude
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


def test_text_in_full() -> None:
    lines = verdicts_text(SOME).splitlines()
    assert " ".join(lines[:2]) == (
        "Of 4 conclusions, in 6 readings: holds 1, holds in part 1, does not hold 1, not decidable "
        f"1; beside them {len(OPEN_QUESTIONS)} open questions."
    )
    assert lines[3].startswith("── Table 1 ──")
    assert lines[4:6] == ["✓   “one so” (4.2)", "    holds: It is 3 ± 1."]
    assert lines[6].startswith("?   “two")
    # The firmest of a theme comes first.
    assert lines.index("◐   “four so” (4.2)") + 2 == lines.index("✗   “three so” (4.2)")
    assert "    holds in part, firm: 3 readings: 2 holds, 1 does not hold." in lines
    assert sum(line.startswith("── ") for line in lines) == 3


def test_text_is_narrow() -> None:
    evidence = Table().benchmark("rmse", tsne=1).failed("no such file: " + "x" * 90).evidence()
    for judged in (judge(Evidence()), judge(evidence), SOME):
        text = verdicts_text(judged)
        assert max(map(len, text.splitlines())) <= WIDTH == 110
        assert text.endswith(".\n")
        assert all(question.reason.split()[-1] in text for question in OPEN_QUESTIONS)


def test_markdown_has_a_row_for_every_conclusion_and_reading() -> None:
    markdown = verdicts_markdown(judge(Evidence()))
    # A space that breaks no line keeps the sign beside its outcome.
    start = re.compile(r"\| [✓◐✗?]\N{NO-BREAK SPACE}(holds|does not|not decidable)")
    rows = [line for line in markdown.splitlines() if start.match(line)]
    assert len(rows) == len(CONCLUSIONS) + len(STATEMENTS)
    for conclusion in CONCLUSIONS:
        assert sum(f"| “{escape(conclusion.quote)}” (" in row for row in rows) == 1
    for statement in STATEMENTS:
        found = [row for row in rows if f"<br>`{statement.name}`<br>" in row]
        assert [escape(statement.rule) in row for row in found] == [True]
    assert markdown.startswith("## What became of the paper's conclusions\n")
    assert markdown.endswith(".\n")


def test_markdown_says_what_would_change_a_verdict() -> None:
    assert markdown_row("`three-0`").endswith("<br>Changed by: half of the repetitions. |")
    assert "does not hold, fragile | " in markdown_row("`three-0`")
    assert "Changed by" not in markdown_row("`one-0`")


def test_findings_are_statements_and_stand_in_a_table() -> None:
    judged = judge(Evidence())
    markdown = findings_markdown(judged)
    assert markdown.startswith(f"Of {len(CONCLUSIONS)} conclusions, in {len(STATEMENTS)} readings")
    claims = {each.name: each.claim for each in STATEMENTS}
    lines = markdown.splitlines()
    assert len(lines) == 4 + len(FINDINGS) == 4 + len(set(FINDINGS))
    for name, line in zip(FINDINGS, lines[4:], strict=True):
        assert escape(claims[name]) in line


def markdown_row(part: str) -> str:
    return next(line for line in verdicts_markdown(SOME).splitlines() if part in line)


def test_markdown_escapes_foreign_text() -> None:
    row = markdown_row("`two-0`")
    assert r"lost: a\|b \<i> \*x\* and \`y\`." in row
    assert row.count(" | ") == 2


@pytest.mark.parametrize("write", [verdicts_text, verdicts_markdown])
def test_no_statement_at_all(write: object) -> None:
    assert "holds 0, holds in part 0" in write([])  # type: ignore[operator]
