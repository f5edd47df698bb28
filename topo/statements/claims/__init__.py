"""The paper's conclusions by theme, a file for each; a new theme is a file and a line here."""

from __future__ import annotations

from topo.statements.claims.classes import CLASS_STATEMENTS
from topo.statements.claims.diagrams import DIAGRAM_STATEMENTS
from topo.statements.claims.loss import LOSS_STATEMENTS
from topo.statements.claims.nesting import NESTING_STATEMENTS
from topo.statements.claims.preliminaries import PRELIMINARY_STATEMENTS
from topo.statements.claims.questions import OPEN_QUESTIONS
from topo.statements.claims.scales import SCALE_STATEMENTS
from topo.statements.claims.stability import STABILITY_STATEMENTS
from topo.statements.claims.sweep import SWEEP_STATEMENTS
from topo.statements.claims.table import TABLE_STATEMENTS
from topo.statements.statement import Statement

__all__ = ["OPEN_QUESTIONS", "STATEMENTS"]

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
    *PRELIMINARY_STATEMENTS,
)
