"""The paper's conclusions by theme, a file for each; a new theme is a file and a line here."""

from __future__ import annotations

from topo.statements.claims.artificial import ARTIFICIAL_CONCLUSIONS
from topo.statements.claims.classes import CLASS_CONCLUSIONS
from topo.statements.claims.diagrams import DIAGRAM_CONCLUSIONS
from topo.statements.claims.large_perplexity import LARGE_PERPLEXITY_CONCLUSIONS
from topo.statements.claims.large_scale import LARGE_SCALE_CONCLUSIONS
from topo.statements.claims.loop_distances import LOOP_DISTANCE_CONCLUSIONS
from topo.statements.claims.loop_noise import LOOP_NOISE_CONCLUSIONS
from topo.statements.claims.loops import LOOP_CONCLUSIONS
from topo.statements.claims.loss import LOSS_CONCLUSIONS
from topo.statements.claims.lost_loops import LOST_LOOP_CONCLUSIONS
from topo.statements.claims.must_fail import MUST_FAIL_CONCLUSIONS
from topo.statements.claims.nesting import NESTING_CONCLUSIONS
from topo.statements.claims.outer_sphere import OUTER_SPHERE_CONCLUSIONS
from topo.statements.claims.preliminaries import PRELIMINARY_CONCLUSIONS
from topo.statements.claims.scales import SCALE_CONCLUSIONS
from topo.statements.claims.stability import STABILITY_CONCLUSIONS
from topo.statements.claims.sweep import SWEEP_CONCLUSIONS
from topo.statements.claims.table import TABLE_CONCLUSIONS
from topo.statements.claims.tuning import TUNING_CONCLUSIONS
from topo.statements.statement import Conclusion, Statement

__all__ = ["CONCLUSIONS", "OPEN_QUESTIONS", "STATEMENTS"]

#: All conclusions, those of one theme side by side.
CONCLUSIONS: tuple[Conclusion, ...] = (
    *TABLE_CONCLUSIONS,
    *TUNING_CONCLUSIONS,
    *DIAGRAM_CONCLUSIONS,
    *SCALE_CONCLUSIONS,
    *SWEEP_CONCLUSIONS,
    *NESTING_CONCLUSIONS,
    *OUTER_SPHERE_CONCLUSIONS,
    *CLASS_CONCLUSIONS,
    *LOSS_CONCLUSIONS,
    *LOOP_CONCLUSIONS,
    *LOST_LOOP_CONCLUSIONS,
    *LOOP_NOISE_CONCLUSIONS,
    *LOOP_DISTANCE_CONCLUSIONS,
    *STABILITY_CONCLUSIONS,
    *PRELIMINARY_CONCLUSIONS,
    *MUST_FAIL_CONCLUSIONS,
    *LARGE_PERPLEXITY_CONCLUSIONS,
    *ARTIFICIAL_CONCLUSIONS,
    *LARGE_SCALE_CONCLUSIONS,
)
#: What no run of this study decides: nothing is left.
OPEN_QUESTIONS: tuple[Conclusion, ...] = ()
#: All that they are read as.
STATEMENTS: tuple[Statement, ...] = tuple(
    statement for conclusion in CONCLUSIONS for statement in conclusion.readings
)
