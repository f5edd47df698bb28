"""Which numbers stand in Table 1, and in which order."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A metric as a column of the table.

    Attributes
    ----------
    metric, scaling
        Metric that it shows.
    title
        Heading; what follows "_" stands below the line.
    paper
        Metric of the paper that stands beside it, if any.
    """

    metric: str
    scaling: str
    title: str
    paper: str | None = None


#: The paper's columns, the distances that do not depend on scale, the reconstruction error.
MAIN = (
    Column("kl_0.01", "raw", "KL_0.01", "kl_0.01"),
    Column("kl_0.1", "raw", "KL_0.1", "kl_0.1"),
    Column("kl_1", "raw", "KL_1", "kl_1"),
    Column("trustworthiness", "raw", "Trustworthiness", "trustworthiness"),
    Column("rmse", "raw", "RMSE", "rmse"),
    Column("bottleneck", "raw", "d_b", "bottleneck"),
    Column("sliced_wasserstein", "raw", "d_SW", "sliced_wasserstein"),
    Column("bottleneck", "sum", "d_b/Σ"),
    Column("sliced_wasserstein", "sum", "d_SW/Σ"),
    Column("reconstruction_error", "raw", "Rec. error"),
)

#: The other reading of the paper's KL divergences, beside the same numbers; not ranked.
RAW_KL = tuple(
    Column(f"kl_raw_{sigma}", "raw", f"raw KL_{sigma}", f"kl_{sigma}")
    for sigma in ("0.01", "0.1", "1")
)

#: The metrics whose spread between splits the paper's differences are held against.
SPREAD = tuple(column for column in MAIN if column.title in ("d_b", "d_SW"))
