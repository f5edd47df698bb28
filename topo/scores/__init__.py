"""The score table: one row per number, and what is read off many rows."""

from topo.scores.aggregation import (
    PairedDifference,
    aggregate,
    paired_difference,
    spread,
)
from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters
from topo.scores.rows import SCORES, ScoreRow

__all__ = [
    "SCORES",
    "Hyperparameters",
    "PairedDifference",
    "ScoreRow",
    "aggregate",
    "paired_difference",
    "parse_hyperparameters",
    "spread",
]
