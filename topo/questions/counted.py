"""Names of what the question `clusters` counts: its rules read them, and none of its methods."""

from __future__ import annotations

#: What the name of a dataset's null ends with.
NULL = "_null"


def quantity(prominence: float, least_share: float) -> str:
    """Name the number of clusters at a prominence and a least share of the points."""
    return f"clusters_prominence_{prominence:g}_least_{least_share:g}"
