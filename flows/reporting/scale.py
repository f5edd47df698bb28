"""A finding on the distance of diagrams that the paper reads: whether it falls by shape."""

from __future__ import annotations

from flows.reporting.enclosure import FROM, TO
from flows.reporting.outcomes import make_finding
from flows.reporting.results import Results
from flows.reporting.samples import (
    EMPTY,
    SPHERES,
    clearness,
    curve,
    mean,
    relative,
    signed,
    sliced,
)
from topo.figures import curve_row
from topo.inference import MeanInterval
from topo.names import dataset_title
from topo.report import ReportFinding
from topo.statements import Evidence
from topo.statements.quantities import SLICED, SLICED_BY_SUM

_TITLES = {"raw": "$d_{SW}$, diagrams as they are", "sum": "$d_{SW}$, each divided by its sum"}


def find_scale(_results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer whether a falling d_SW is good news.

    Returns
    -------
    tuple
        Of its changes with scale and without, that which is less clear; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the sweep has no such numbers.
    """
    levels = {SLICED: EMPTY, SLICED_BY_SUM: None}
    curves = [
        curve(evidence, each, level, title=_TITLES[each.scaling]) for each, level in levels.items()
    ]
    raw, scaled = (
        relative(evidence, sliced(each, TO), sliced(each, FROM)) for each in (SLICED, SLICED_BY_SUM)
    )
    empty, last = (mean(evidence, sliced(each, TO)).mean for each in (EMPTY, SLICED))
    return min(raw, scaled, key=clearness), make_finding(
        "scale",
        "May one trust d_SW, a distance of diagrams, when it falls?",
        f"{_answer(raw, scaled)} A persistence diagram lists at which distances the pieces of a "
        "cloud of points join. d_SW, the sliced Wasserstein distance, tells how far the diagram of "
        f"a picture lies from that of the data. From perplexity {FROM:g} to {TO:g} that of t-SNE "
        f"on {dataset_title(SPHERES)} changes by {signed(raw)} % (n = {raw.n}). Divided by its "
        f"sum, a diagram has no scale left: then the change is {signed(scaled)} %. At {TO:g} d_SW "
        f"is within {abs(100 * (last / empty - 1)):.1g} % of what an empty diagram scores.",
        curve_row(curves, x_title="perplexity"),
        "d_SW of t-SNE on SPHERES against perplexity, as it is and with scale removed.",
        verdict="sliced-wasserstein-falls-to-750-sum",
        figure="figure-8",
    )


def _answer(raw: MeanInterval, scaled: MeanInterval) -> str:
    if not raw.high < 0:
        return "This run does not tell: it is not shown to fall."
    if scaled.low > 0:
        return "No: here it falls by scale, not by shape."
    if scaled.high < 0:
        return "Here one may: it falls without scale too."
    return "Not by itself: that it falls without scale too is not shown."
