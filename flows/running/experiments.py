"""From a unit of numbers to its rows of the theory table, or of that of the questions."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.fanout import Outcome
from topo.theory.base import TheoryValue
from topo.theory.rows import TheoryRow


def experiment_rows(
    name: str, seed: int, outcome: Outcome, *, part: str = ""
) -> Iterator[TheoryRow]:
    """Yield a row for each number of an experiment or a part of one, or one that says why not."""
    if outcome.result is None:
        yield row_without_number(name, seed, part=part, status="failed", reason=outcome.reason)
        return
    for each in outcome.result.values:
        number = TheoryValue(*each)
        yield TheoryRow(
            experiment=name,
            # The experiment's name comes first in it.
            case=number.case.partition("/")[2],
            quantity=number.metric,
            dimension=number.dimension,
            repetition=number.repetition,
            seed=seed,
            value=number.value,
            status="ok",
            reason=outcome.reason,
        )


def row_without_number(name: str, seed: int, *, part: str, status: str, reason: str) -> TheoryRow:
    """Return the row that says why an experiment, or a part of one, has no numbers."""
    return TheoryRow(
        experiment=name,
        case=part,
        quantity="",
        dimension=None,
        repetition=0,
        seed=seed,
        value=float("nan"),
        status=status,
        reason=reason,
    )
