"""The paper's conclusions, each a rule on the score tables, and what becomes of them.

The conclusions stand in `topo.statements.claims`, what they are judged with beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from topo.statements.claims import OPEN_QUESTIONS, STATEMENTS
from topo.statements.evidence import Evidence, MissingEvidenceError
from topo.statements.samples import Quantity, Sample
from topo.statements.statement import Statement
from topo.statements.verdicts import OUTCOMES, Judged, OpenQuestion, Outcome, Verdict

__all__ = [
    "OPEN_QUESTIONS",
    "OUTCOMES",
    "STATEMENTS",
    "Evidence",
    "Judged",
    "MissingEvidenceError",
    "OpenQuestion",
    "Outcome",
    "Quantity",
    "Sample",
    "Statement",
    "Verdict",
    "judge",
    "statements_json",
]


def judge(evidence: Evidence) -> list[Judged]:
    """Judge every statement, in the order of `STATEMENTS`.

    What the tables do not have makes statements not decidable.
    """
    return [statement.judge(evidence) for statement in STATEMENTS]


def statements_json(judged: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    """Return the verdicts and the open questions as plain dictionaries, fit for JSON."""
    return {
        "statements": [asdict(each) for each in judged],
        "open questions": [asdict(each) for each in OPEN_QUESTIONS],
    }
