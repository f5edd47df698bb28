"""The paper's conclusions, each a rule on the score tables, and what becomes of them.

The conclusions stand in `topo.statements.claims`, what they are judged with beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from topo.statements.claims import CONCLUSIONS, OPEN_QUESTIONS, STATEMENTS
from topo.statements.evidence import Evidence
from topo.statements.firmness import examine, perturb
from topo.statements.samples import Quantity, Sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Statement, Threshold
from topo.statements.verdicts import (
    CONCLUSION_OUTCOMES,
    FIRMNESS,
    OUTCOMES,
    ConclusionOutcome,
    Firmness,
    Judged,
    JudgedConclusion,
    Outcome,
    Verdict,
)

__all__ = [
    "CONCLUSIONS",
    "CONCLUSION_OUTCOMES",
    "FIRMNESS",
    "OPEN_QUESTIONS",
    "OUTCOMES",
    "STATEMENTS",
    "Conclusion",
    "ConclusionOutcome",
    "Evidence",
    "Firmness",
    "Judged",
    "JudgedConclusion",
    "MissingEvidenceError",
    "Outcome",
    "Quantity",
    "Sample",
    "Statement",
    "Threshold",
    "Verdict",
    "judge",
    "statements_json",
]


def judge(evidence: Evidence) -> list[JudgedConclusion]:
    """Judge every conclusion and examine how firmly, in the order of `CONCLUSIONS`.

    What the tables do not have makes its readings not decidable.
    """
    perturbed = perturb(evidence)
    return [examine(conclusion, evidence, perturbed) for conclusion in CONCLUSIONS]


def statements_json(judged: Sequence[JudgedConclusion]) -> dict[str, list[dict[str, Any]]]:
    """Return the verdicts as plain dictionaries, fit for JSON."""
    return {"conclusions": [asdict(each) for each in judged]}
