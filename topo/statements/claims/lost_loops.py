"""Conclusions on lost loops that a loss does, or does not, notice (sections 3.4 and 5.1)."""

from __future__ import annotations

from functools import partial

from topo.names import method_title
from topo.statements.claims.loops import THEME, loses_loops
from topo.statements.claims.loss import LOST, NO_LOSS, lost_loop
from topo.statements.evidence import Evidence
from topo.statements.intervals import format_bound
from topo.statements.quantities import slug
from topo.statements.samples import case_title, theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement
from topo.statements.verdicts import Outcome, Verdict

_EXPERIMENT = "lost_loops"
#: Loss from which it counts as noticing.
_NOTICED = 1e-6
#: Losses beside the paper's.
_OTHERS = ("topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite", "mmae")


def _notices(method: str) -> Statement:
    return Statement.at(
        f"{slug(method)}-notices-lost-loops",
        f"The loss of {method_title(method)} notices every lost loop to which the paper's is "
        "blind.",
        "Looks at a circle unrolled or folded, and at a sheared lattice, where the longest loop "
        f"loses more than {100 * LOST:g} % of its persistence although the paper's whole loss is "
        f"0 (at most {NO_LOSS:g}). Holds if this loss is above {_NOTICED:g} in all of them; one "
        "exception refutes it.",
        lost_loop(partial(_notices_all, method)),
    )


def _notices_all(method: str, share: float) -> Decide:
    def decide(evidence: Evidence) -> Verdict:
        found = {
            case: _value(evidence, case, f"loss_{method}")
            for case in evidence.case_names(_EXPERIMENT, "loss_topoae")
            if _value(evidence, case, "loss_topoae") <= NO_LOSS
            and _value(evidence, case, "share_lost", 1) > share
        }
        if not found:
            raise MissingEvidenceError("the paper's loss notices every lost loop that was made")
        least = min(found.values())
        outcome: Outcome = "holds" if least > _NOTICED else "does not hold"
        told = ", ".join(
            f"{format_bound(loss)} ({case_title(case.partition('/')[2])})"
            for case, loss in found.items()
        )
        words = f"loss of {method_title(method)} where the paper's is 0: {told}"
        return Verdict(outcome, words, {"least": least, "cases": len(found)})

    return decide


def _value(evidence: Evidence, case: str, quantity: str, dimension: int = 0) -> float:
    """Return the least of all repetitions: of a pair that is made, there is one."""
    return float(evidence.values(theory_sample(case, quantity, dimension)).min())


LOST_LOOP_CONCLUSIONS = (
    Conclusion(
        name="the-defined-loss-alone",
        theme=THEME,
        place="5.1",
        quote="relying solely on the defined topological loss",
        readings=(*map(_notices, _OTHERS), loses_loops("topoae")),
    ),
)
