"""A finding on what the topological loss costs and gains."""

from __future__ import annotations

from collections.abc import Mapping

from flows.reporting.outcomes import make_finding
from flows.reporting.results import Results
from flows.reporting.samples import clearness, relative, signed
from topo.figures import Estimate, estimate_bars
from topo.inference import MeanInterval
from topo.metrics.registry import METRICS
from topo.names import dataset_title, metric_title
from topo.report import ReportFinding
from topo.statements import Evidence, MissingEvidenceError, Quantity, Sample
from topo.statements.quantities import DATASETS, RECONSTRUCTION, RMSE, TRUSTWORTHINESS
from topo.statements.samples import theory_sample

_QUANTITIES = (RECONSTRUCTION, TRUSTWORTHINESS, RMSE)
_WORDS = {True: "better by", False: "worse by", None: "not told apart by"}


def find_cost(_results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer what the topological loss costs and gains.

    Returns
    -------
    tuple
        The change of the reconstruction error that is least clear; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the benchmark has TopoAE and AE on no dataset of the paper.
    """
    datasets = [each for each in DATASETS if _has(evidence, each)]
    if not datasets:
        raise MissingEvidenceError("no dataset of the paper has both TopoAE and AE")
    changes = {
        quantity: {each: _change(evidence, each, quantity) for each in datasets}
        for quantity in _QUANTITIES
    }
    bars = [
        _estimate(quantity, on, each)
        for quantity, by_dataset in changes.items()
        for on, each in by_dataset.items()
    ]
    told = [
        f"{metric_title(quantity.metric)} "
        + ", ".join(f"{signed(each)} % on {dataset_title(on)}" for on, each in by_dataset.items())
        for quantity, by_dataset in changes.items()
    ]
    return min(changes[RECONSTRUCTION].values(), key=clearness), make_finding(
        "cost",
        "What does TopoAE cost, and what does it gain?",
        "Against AE, the same network without the topological loss, TopoAE is "
        f"{_lead({each.title: each.is_better for each in bars})}. {'; '.join(told)}. "
        f"{_told_work(evidence)}Seconds stand in the file costs.html of the run’s folder, since no "
        "two runs take the same.",
        estimate_bars(bars, title="TopoAE minus AE, in % of AE (blue: better, pink: worse)"),
        "Bars: how far TopoAE lies above or below AE, in % of AE; blue is better, pink worse.",
        verdict="reconstruction-not-hindered-mnist",
        figure="table-1",
    )


def _change(evidence: Evidence, dataset: str, quantity: Quantity) -> MeanInterval:
    """Return TopoAE minus AE in % of AE."""
    return relative(evidence, *(Sample(dataset, each, quantity) for each in ("topoae", "ae")))


def _estimate(quantity: Quantity, dataset: str, change: MeanInterval) -> Estimate:
    title = f"{metric_title(quantity.metric)} on {dataset_title(dataset)}"
    better = 1 if METRICS[quantity.metric][0].direction == "higher" else -1
    return Estimate(title, change.mean, change.half_width, better)


def _lead(found: Mapping[str, bool | None]) -> str:
    """Say by what it is better and by what worse; what most have in common, in two words."""
    named = {
        words: [title for title, is_better in found.items() if is_better is value]
        for value, words in _WORDS.items()
    }
    *fewer, most = sorted(
        (each for each in named.items() if each[1]), key=lambda each: len(each[1])
    )
    told = [f"{words} {', '.join(titles)}" for words, titles in fewer]
    return "; ".join([*told, f"{most[0]} all {'else' if fewer else 'that is shown'}"])


def _told_work(evidence: Evidence) -> str:
    """Say what share of a training's multiplications the term takes; nothing if not counted."""
    shares: dict[int, float] = {}
    try:
        for place in evidence.case_names("large_scale", "share_of_products"):
            share = evidence.values(theory_sample(place, "share_of_products")).mean()
            # The same whatever the number of points.
            shares[int(place.rpartition("=")[2])] = float(share)
    except MissingEvidenceError:
        return ""
    told = ", ".join(f"{100 * each:.0f} % in batches of {size:,}" for size, each in shares.items())
    return f"Of the multiplications of a training on SPHERES the loss takes {told}. "


def _has(evidence: Evidence, dataset: str) -> bool:
    try:
        _change(evidence, dataset, RECONSTRUCTION)
    except MissingEvidenceError:
        return False
    return True
