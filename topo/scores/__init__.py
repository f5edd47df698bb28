"""The score table: one row per number, and what is read off many rows."""

from topo.scores.aggregation import (
    PairedDifference,
    aggregate,
    paired_difference,
    spread,
)
from topo.scores.hyperparameters import Hyperparameters, parse_hyperparameters
from topo.scores.rows import (
    COLUMNS,
    ScoreRow,
    check_scores,
    from_csv,
    score_frame,
    to_csv_text,
)

__all__ = [
    "COLUMNS",
    "Hyperparameters",
    "PairedDifference",
    "ScoreRow",
    "aggregate",
    "check_scores",
    "from_csv",
    "paired_difference",
    "parse_hyperparameters",
    "score_frame",
    "spread",
    "to_csv_text",
]
