"""The verdicts in print."""

from __future__ import annotations

import pytest

from tests.topo.statements.tables import Table
from topo.statements import OPEN_QUESTIONS, STATEMENTS, Evidence, Judged, judge
from topo.statements.text import (
    FINDINGS,
    WIDTH,
    findings_markdown,
    verdicts_markdown,
    verdicts_text,
)
from topo.table.markdown import escape


def made(name: str, theme: str, outcome: str, **changes: str) -> Judged:
    fields = {
        "place": "4.2",
        "claim": f'{name} is so: "so".',
        "rule": "Holds if so.",
        "explanation": "It is 3 ± 1.",
    }
    words = fields | changes
    return Judged(name=name, theme=theme, outcome=outcome, numbers={}, **words)  # type: ignore[arg-type]


SOME = [
    made("one", "Table 1", "holds"),
    made("two", "Table 1", "not decidable", explanation="lost: a|b <i> *x*\nand `y`."),
    made("three", "Loss", "does not hold"),
    made("four", "Loss", "does not hold"),
]


def test_text_in_full() -> None:
    lines = verdicts_text(SOME).splitlines()
    assert lines[0] == (
        f"Verdicts: holds 1, does not hold 2, not decidable 1; beside them {len(OPEN_QUESTIONS)} "
        "open questions"
    )
    assert lines[2].startswith("── Table 1 ──")
    assert lines[3:5] == ['✓   one is so: "so". (4.2)', "    holds: It is 3 ± 1."]
    assert lines[5].startswith("?   two")
    assert '✗   three is so: "so". (4.2)' in lines
    assert sum(line.startswith("── ") for line in lines) == 3


def test_text_is_narrow() -> None:
    evidence = Table().benchmark("rmse", tsne=1).failed("no such file: " + "x" * 90).evidence()
    for judged in (judge(Evidence()), judge(evidence), SOME):
        text = verdicts_text(judged)
        assert max(map(len, text.splitlines())) <= WIDTH == 110
        assert text.endswith(".\n")
        assert all(question.reason.split()[-1] in text for question in OPEN_QUESTIONS)


def test_markdown_has_a_row_for_every_statement() -> None:
    markdown = verdicts_markdown(judge(Evidence()))
    # A space that breaks no line keeps the sign beside its outcome.
    start = "| ?\N{NO-BREAK SPACE}not decidable | "
    rows = [line for line in markdown.splitlines() if line.startswith(start)]
    assert len(rows) == len(STATEMENTS)
    for statement in STATEMENTS:
        assert sum(f"`{statement.name}` |" in row for row in rows) == 1
        assert f"- `{statement.name}`: " in markdown
    assert markdown.startswith("## What became of the paper's conclusions\n")
    assert markdown.endswith(".\n")


def test_findings_are_statements_and_stand_in_a_table() -> None:
    judged = judge(Evidence())
    markdown = findings_markdown(judged)
    assert markdown.startswith(f"Of {len(STATEMENTS)} statements: holds 0, does not hold 0, not ")
    claims = {each.name: each.claim for each in judged}
    lines = markdown.splitlines()
    assert len(lines) == 4 + len(FINDINGS) == 4 + len(set(FINDINGS))
    for name, line in zip(FINDINGS, lines[4:], strict=True):
        assert escape(claims[name]) in line


def test_markdown_escapes_foreign_text() -> None:
    row = next(line for line in verdicts_markdown(SOME).splitlines() if "`two` |" in line)
    assert r"lost: a\|b \<i> \*x\* and \`y\`." in row
    assert row.count(" | ") == 2


@pytest.mark.parametrize("write", [verdicts_text, verdicts_markdown])
def test_no_statement_at_all(write: object) -> None:
    assert "holds 0, does not hold 0" in write([])  # type: ignore[operator]
