"""What the study found, in pictures with a sentence each: the page's first screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib import rc_context, rcdefaults
from matplotlib.figure import Figure

from flows.reporting.large_perplexity import find_large_perplexity
from flows.reporting.loops import find_loops
from flows.reporting.must_fail import find_must_fail
from flows.reporting.outcomes import firmness_place, make_finding, outcomes, tuning_gain
from flows.reporting.own_making import find_own_making
from flows.reporting.results import Results
from flows.reporting.samples import (
    EMPTY,
    SPHERES,
    clearness,
    curve,
    difference,
    mean,
    nesting,
    relative,
    sliced,
    text,
)
from flows.running.embeddings import StoredEmbedding
from topo.figures import (
    Estimate,
    curve_row,
    embedding_row,
    estimate_bars,
)
from topo.inference import MeanInterval
from topo.methods.roles import PAPER_METHODS
from topo.metrics.registry import METRICS
from topo.names import dataset_title, method_title, metric_title
from topo.report import ReportFinding
from topo.statements import (
    Evidence,
    Judged,
    JudgedConclusion,
    MissingEvidenceError,
)
from topo.statements.quantities import (
    DATASETS,
    RECONSTRUCTION,
    RMSE,
    SLICED,
    SLICED_BY_SUM,
    TRUSTWORTHINESS,
)

#: Perplexities that the pictures of t-SNE show, and those between which it changes.
_SHOWN = (5.0, 50.0, 200.0, 750.0)
_FROM, _TO = 50.0, 750.0


class _Found(NamedTuple):
    """A finding, and by how many half widths of its interval it differs from none."""

    clearness: float
    finding: ReportFinding


def draw_findings(
    results: Results, evidence: Evidence, *, judged: Sequence[JudgedConclusion]
) -> tuple[ReportFinding, ...]:
    """Draw the findings that the results allow, those with the firmest verdict first.

    Of equally firm ones, those come first that differ from none by more half widths of their
    intervals. What rests on no verdict comes last.
    """
    found = []
    # The user's own matplotlibrc would draw other pictures.
    with rc_context():
        rcdefaults()
        for make in (
            *(_perplexity, _scale, _cost, _enclosure),
            *(_loops, _must_fail, _large_perplexity, _own_making),
        ):
            try:
                found.append(make(results, evidence))
            except MissingEvidenceError:
                # The page's banner says what is missing and why.
                continue
        firm = {each.name: each.firmness for each in _named(judged)}
        firmest = sorted(
            found,
            key=lambda each: (firmness_place(firm.get(each.finding.verdict)), -each.clearness),
        )
        return (*(each.finding for each in firmest), *tuning_gain(results), *outcomes(judged))


def _named(judged: Sequence[JudgedConclusion]) -> Iterator[Judged | JudgedConclusion]:
    """Yield conclusions and their readings: all that a finding may rest on."""
    for each in judged:
        yield each
        yield from each.readings


def _enclosure(results: Results, evidence: Evidence) -> _Found:
    """Answer which method encloses the spheres."""
    found = {each: mean(evidence, nesting(each)) for each in PAPER_METHODS}
    first, second, *_ = sorted(found, key=lambda each: -found[each].mean)
    lead = difference(evidence, nesting(first), nesting(second))
    kept = {each.method: each for each in results.first("benchmark", SPHERES)}
    shown = [each for each in PAPER_METHODS if each in kept]
    told = ", ".join(f"{method_title(each)} {text(found[each])}" for each in found)
    return _Found(
        clearness(lead),
        make_finding(
            "encloses",
            "Which method encloses the small spheres in the large one?",
            f"{method_title(first)} most of the four as tuned, by nesting (0 not at all, 1 all "
            f"round): {told}.{_at_high_perplexity(evidence)}",
            _row(results, {method_title(each): kept[each] for each in shown}),
            "SPHERES as four methods draw it; the outer sphere is grey.",
            verdict="topoae-encloses",
            figure="embeddings-spheres",
            view={"dataset": dataset_title(SPHERES), "left": "t-SNE", "right": "TopoAE"},
        ),
    )


def _at_high_perplexity(evidence: Evidence) -> str:
    """Say what t-SNE has at the perplexity of figure 8; nothing where it was not tried."""
    try:
        high = mean(evidence, nesting("tsne", _TO))
    except MissingEvidenceError:
        return ""
    return f" At perplexity {_TO:g} t-SNE has {text(high)}."


def _perplexity(results: Results, evidence: Evidence) -> _Found:
    """Answer what t-SNE does from perplexity 5 to 750."""
    low, high = (mean(evidence, nesting("tsne", at)) for at in (_FROM, _TO))
    change = difference(evidence, nesting("tsne", _TO), nesting("tsne", _FROM))
    kept = {
        each.hyperparameters.values["perplexity"]: each
        for each in results.first("sweep", SPHERES)
        if each.method == "tsne"
    }
    series = {"dataset": dataset_title(SPHERES), "left": "t-SNE over perplexity"}
    return _Found(
        clearness(change),
        make_finding(
            "perplexity",
            f"What does t-SNE do from perplexity {_FROM:g} to {_TO:g}?",
            f"From perplexity {_FROM:g} to {_TO:g} {_told_enclosure(low, high)}: nesting (0 not at "
            f"all, 1 all round) {text(low)}, then {text(high)}.",
            _row(results, {f"perplexity {each:g}": kept[each] for each in _SHOWN if each in kept}),
            "SPHERES as t-SNE draws it at four perplexities; the outer sphere is grey.",
            verdict="tsne-750-encloses",
            figure="figure-8",
            view=series | {"left-step": f"perplexity {_TO:g}", "right": "TopoAE"},
        ),
    )


def _told_enclosure(low: MeanInterval, high: MeanInterval) -> str:
    if low.high < 0.5 < high.low:
        return "the pieces of the outer sphere become one ring around the inner ones"
    if high.low > 0.5:
        return "the outer sphere lies around the inner ones at both"
    return "the outer sphere does not come to lie around the inner ones"


def _scale(results: Results, evidence: Evidence) -> _Found:
    """Answer whether a falling d_SW is good news."""
    curves = [curve(evidence, SLICED, EMPTY), curve(evidence, SLICED_BY_SUM, None)]
    changes = [
        difference(evidence, sliced(each, _TO), sliced(each, _FROM))
        for each in (SLICED, SLICED_BY_SUM)
    ]
    empty = mean(evidence, sliced(EMPTY, _TO))
    last = mean(evidence, sliced(SLICED, _TO))
    share = 100 * (last.mean / empty.mean - 1)
    return _Found(
        min(map(clearness, changes)),
        make_finding(
            "scale",
            "May one trust d_SW, a distance of diagrams, when it falls?",
            "The sliced Wasserstein distance d_SW tells how far the diagram of a picture lies from "
            f"that of the data. From perplexity {_FROM:g} to {_TO:g} that of t-SNE changes by "
            f"{text(changes[0])}, and by {text(changes[1])} with each diagram divided by its sum"
            f"{_told_scale(*changes)}. At {_TO:g} it is within {abs(share):.1g} % of what an empty "
            "diagram scores.",
            curve_row(curves, x_title="perplexity"),
            "d_SW of t-SNE on SPHERES against perplexity, as it is and with scale removed.",
            verdict="sliced-wasserstein-falls-to-750-sum",
            figure="figure-8",
        ),
    )


def _told_scale(raw: MeanInterval, scaled: MeanInterval) -> str:
    if raw.high < 0 < scaled.low:
        return ": it falls by scale, not by shape"
    return ""


def _cost(results: Results, evidence: Evidence) -> _Found:
    """Answer what the topological loss costs and gains."""
    datasets = [each for each in DATASETS if _has(evidence, each)]
    if not datasets:
        raise MissingEvidenceError("no dataset of the paper has both TopoAE and AE")
    changes = {
        quantity: {each: relative(evidence, each, quantity) for each in datasets}
        for quantity in (RECONSTRUCTION, TRUSTWORTHINESS, RMSE)
    }
    told, bars = [], []
    for quantity, by_dataset in changes.items():
        title = metric_title(quantity.metric)
        better = 1 if METRICS[quantity.metric][0].direction == "higher" else -1
        estimates = [
            Estimate(f"{title}, {dataset_title(on)}", each.mean, each.half_width, better)
            for on, each in by_dataset.items()
        ]
        signed = map(_signed, by_dataset, by_dataset.values(), estimates)
        told.append(f"{title} {', '.join(signed)}")
        bars += estimates
    return _Found(
        min(map(clearness, changes[RECONSTRUCTION].values())),
        make_finding(
            "cost",
            "What does TopoAE cost, and what does it gain?",
            f"TopoAE against AE, the same network without it: {'; '.join(told)}.",
            estimate_bars(bars, title="TopoAE minus AE, in % of AE (blue: better, pink: worse)"),
            "Bars: how far TopoAE lies above or below AE, in % of AE; blue is better, pink worse.",
            verdict="reconstruction-not-hindered-mnist",
            figure="table-1",
        ),
    )


def _loops(results: Results, evidence: Evidence) -> _Found:
    """Answer whether losses that see loops keep them."""
    gain, finding = find_loops(results, evidence)
    return _Found(clearness(gain), finding)


def _must_fail(results: Results, evidence: Evidence) -> _Found:
    """Answer whether t-SNE fails at every perplexity where TopoAE does not."""
    margin, finding = find_must_fail(results, evidence)
    return _Found(clearness(margin), finding)


def _large_perplexity(results: Results, evidence: Evidence) -> _Found:
    """Answer why t-SNE shows nested spheres at perplexity 750."""
    cost, finding = find_large_perplexity(results, evidence)
    return _Found(clearness(cost), finding)


def _own_making(results: Results, evidence: Evidence) -> _Found:
    """Answer whether the clusters that t-SNE draws are artificial."""
    excess, finding = find_own_making(results, evidence)
    return _Found(clearness(excess), finding)


def _signed(dataset: str, change: MeanInterval, estimate: Estimate) -> str:
    sign = "+" if change.mean > 0 else ""
    word = {True: "better", False: "worse", None: "no difference shown"}[estimate.is_better]
    return f"{sign}{text(change)} % on {dataset_title(dataset)} ({word})"


def _row(results: Results, kept: dict[str, StoredEmbedding]) -> Figure:
    if not kept:
        raise MissingEvidenceError("no embedding was kept")
    labels = next(iter(kept.values())).labels
    points = {title: each.points for title, each in kept.items()}
    return embedding_row(points, labels, outer=results.outer[SPHERES])


def _has(evidence: Evidence, dataset: str) -> bool:
    try:
        relative(evidence, dataset, RECONSTRUCTION)
    except MissingEvidenceError:
        return False
    return True
