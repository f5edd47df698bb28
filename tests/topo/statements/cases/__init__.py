"""For every statement four tables made by hand: it holds, fails, stays open, is fragile."""

from tests.topo.statements.cases.diagrams import DIAGRAM_CASES
from tests.topo.statements.cases.large_perplexity import LARGE_PERPLEXITY_CASES
from tests.topo.statements.cases.made import Made
from tests.topo.statements.cases.must_fail import MUST_FAIL_CASES
from tests.topo.statements.cases.pictures import PICTURE_CASES
from tests.topo.statements.cases.questions import QUESTION_CASES
from tests.topo.statements.cases.sweep import SWEEP_CASES
from tests.topo.statements.cases.table import TABLE_CASES
from tests.topo.statements.cases.theory import THEORY_CASES

__all__ = ["CASES", "Made"]

#: By the name of the statement; without those on the paper's own numbers, which no table decides.
CASES: dict[str, Made] = {
    **TABLE_CASES,
    **DIAGRAM_CASES,
    **PICTURE_CASES,
    **SWEEP_CASES,
    **THEORY_CASES,
    **LARGE_PERPLEXITY_CASES,
    **MUST_FAIL_CASES,
    **QUESTION_CASES,
}
