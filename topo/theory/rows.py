"""The table of theory and of questions: one row per number of an experiment."""

from __future__ import annotations

from typing import NamedTuple

from topo.scores.layout import Layout


class TheoryRow(NamedTuple):
    """One number of an experiment, or the reason why the experiment has none.

    Attributes
    ----------
    case
        Which of the experiment's examples, as in ``circle/m=20/epsilon=0.1``; empty where there is
        one alone. Where there are no numbers: empty, or which part of the experiment has none.
    quantity
        Name of the number; empty where there are none.
    dimension
        Homology dimension, None where there is none.
    value
        The number; NaN unless the status is "ok".
    status
        "ok", "failed", or "unavailable" where a dataset is.
    reason
        Why there is no number; empty if there is one.
    """

    experiment: str
    case: str
    quantity: str
    dimension: int | None
    repetition: int
    seed: int
    value: float
    status: str
    reason: str


#: The theory table: one row per `TheoryRow`.
THEORY = Layout(
    "theory",
    TheoryRow._fields,
    {"dimension": "Int64", "repetition": "int64", "seed": "int64", "value": "float64"},
)
