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
        Heading in plain text.
    markup
        Heading in Markdown.
    paper
        Metric of the paper that stands beside it, if any.
    """

    metric: str
    scaling: str
    title: str
    markup: str
    paper: str | None = None


#: The methods that the paper ranks, in its order; all others stand below, unranked.
RANKED = ("tsne", "umap", "ae", "topoae")

#: What stands for a method where the input's diagram is compared with the empty one.
EMPTY = "empty diagram"

#: The paper's columns, the distances that do not depend on scale, the reconstruction error.
MAIN = (
    Column("kl_0.01", "raw", "KL_0.01", "KL<sub>0.01</sub>", "kl_0.01"),
    Column("kl_0.1", "raw", "KL_0.1", "KL<sub>0.1</sub>", "kl_0.1"),
    Column("kl_1", "raw", "KL_1", "KL<sub>1</sub>", "kl_1"),
    Column("trustworthiness", "raw", "Trustworthiness", "Trustworthiness", "trustworthiness"),
    Column("rmse", "raw", "RMSE", "RMSE", "rmse"),
    Column("bottleneck", "raw", "d_b", "d<sub>b</sub>", "bottleneck"),
    Column("sliced_wasserstein", "raw", "d_SW", "d<sub>SW</sub>", "sliced_wasserstein"),
    Column("bottleneck", "sum", "d_b/Σ", "d<sub>b</sub>/Σ"),
    Column("sliced_wasserstein", "sum", "d_SW/Σ", "d<sub>SW</sub>/Σ"),
    Column("reconstruction_error", "raw", "Rec. error", "Rec. error"),
)

#: The other reading of the paper's KL divergences, beside the same numbers; not ranked.
RAW_KL = tuple(
    Column(f"kl_raw_{sigma}", "raw", f"raw KL_{sigma}", f"raw KL<sub>{sigma}</sub>", f"kl_{sigma}")
    for sigma in ("0.01", "0.1", "1")
)

#: The metrics whose spread between splits the paper's differences are held against.
SPREAD = tuple(column for column in MAIN if column.title in ("d_b", "d_SW"))
