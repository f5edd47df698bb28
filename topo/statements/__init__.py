"""The paper's conclusions, each a rule on the score tables, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from topo.statements.background import BACKGROUND_STATEMENTS
from topo.statements.base import (
    OUTCOMES,
    Judged,
    MissingEvidenceError,
    OpenQuestion,
    Outcome,
    Statement,
    Verdict,
)
from topo.statements.classes import CLASS_STATEMENTS
from topo.statements.diagrams import DIAGRAM_STATEMENTS
from topo.statements.evidence import Evidence
from topo.statements.loss import LOSS_STATEMENTS
from topo.statements.nesting import NESTING_STATEMENTS
from topo.statements.questions import OPEN_QUESTIONS
from topo.statements.samples import Quantity, Sample
from topo.statements.scales import SCALE_STATEMENTS
from topo.statements.stability import STABILITY_STATEMENTS
from topo.statements.sweep import SWEEP_STATEMENTS
from topo.statements.table import TABLE_STATEMENTS

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

#: All statements, those of one theme side by side.
STATEMENTS: tuple[Statement, ...] = (
    *TABLE_STATEMENTS,
    *DIAGRAM_STATEMENTS,
    *SCALE_STATEMENTS,
    *SWEEP_STATEMENTS,
    *NESTING_STATEMENTS,
    *CLASS_STATEMENTS,
    *LOSS_STATEMENTS,
    *STABILITY_STATEMENTS,
    *BACKGROUND_STATEMENTS,
)


def judge(evidence: Evidence) -> list[Judged]:
    """Judge every statement.

    Parameters
    ----------
    evidence
        The score tables of a run, complete or not.

    Returns
    -------
    list of Judged
        In the order of `STATEMENTS`. What the tables do not have makes statements not decidable.
    """
    return [statement.judge(evidence) for statement in STATEMENTS]


def statements_json(judged: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    """Return the verdicts and the open questions as plain dictionaries, fit for JSON."""
    return {
        "statements": [asdict(each) for each in judged],
        "open questions": [asdict(each) for each in OPEN_QUESTIONS],
    }
