"""The score table: one row per number, and what is read off many rows."""

from topo.scores.aggregation import (
    aggregate,
)
from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters
from topo.scores.repetitions import is_repetition, repetitions
from topo.scores.rows import SCORES, ScoreRow
from topo.scores.spreads import spread

__all__ = [
    "SCORES",
    "Hyperparameters",
    "ScoreRow",
    "aggregate",
    "is_repetition",
    "parse_hyperparameters",
    "repetitions",
    "spread",
]
