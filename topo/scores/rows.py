"""Rows of the score table."""

from __future__ import annotations

from typing import NamedTuple

from topo.metrics.sampled import ESTIMATED
from topo.scores.hyperparameters import Hyperparameters
from topo.scores.layout import Layout


class ScoreRow(NamedTuple):
    """One number, or the reason why there is none.

    Attributes
    ----------
    draw
        Which draw of the dataset: 0 is the one that params.yaml seeds, and the only one of a
        dataset that is not drawn at random.
    split
        Index of the random split of that draw; see `topo.scores.repetitions`.
    model_seed
        Index of the method's seed.
    dimension
        Homology dimension, None for metrics that have none.
    scaling
        How diagrams were scaled before they were compared; "raw" elsewhere.
    value
        The number; NaN unless the status is "ok".
    status
        One of `topo.scores.layout.STATUSES`.
    reason
        Why there is no number; empty if there is one, or how it was `ESTIMATED`.
    """

    stage: str
    dataset: str
    draw: int
    split: int
    method: str
    model_seed: int
    seed: int
    hyperparameters: Hyperparameters
    metric: str
    dimension: int | None
    scaling: str
    value: float
    status: str
    reason: str


#: The score table: one row per `ScoreRow`.
SCORES = Layout(
    "score",
    ScoreRow._fields,
    {
        "draw": "int64",
        "split": "int64",
        "model_seed": "int64",
        "seed": "int64",
        "hyperparameters": "object",
        "dimension": "Int64",
        "value": "float64",
    },
    remark=ESTIMATED,
)
