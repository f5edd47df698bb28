"""The score table: one row per number, and what is read off many rows."""

from topo.scores.aggregation import (
    PairedDifference,
    aggregate,
    paired_difference,
    rank,
    spread,
)
from topo.scores.rows import (
    COLUMNS,
    ScoreRow,
    canonical_json,
    check_scores,
    from_csv,
    score_frame,
    to_csv_text,
)

__all__ = [
    "COLUMNS",
    "PairedDifference",
    "ScoreRow",
    "aggregate",
    "canonical_json",
    "check_scores",
    "from_csv",
    "paired_difference",
    "rank",
    "score_frame",
    "spread",
    "to_csv_text",
]
