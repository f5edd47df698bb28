"""Findings on SPHERES: which pictures enclose the inner spheres in the outer one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matplotlib.figure import Figure

from flows.reporting.outcomes import listed, make_finding
from flows.reporting.results import Results
from flows.reporting.samples import SPHERES, counted, difference, mean, nesting, text
from flows.running.embeddings import StoredEmbedding
from topo.figures import embedding_row
from topo.inference import MeanInterval
from topo.methods.roles import PAPER_METHODS
from topo.names import dataset_title, method_title
from topo.questions.prediction import ENCLOSES
from topo.report import ReportFinding
from topo.statements import Evidence, MissingEvidenceError, Sample
from topo.statements.quantities import NESTING

#: Perplexities that the pictures of t-SNE show, and those between which it changes.
_SHOWN = (5.0, 50.0, 200.0, 750.0)
FROM, TO = 50.0, 750.0
#: What the sweep raises, and how its largest value is told.
_RAISED = {"tsne": ("perplexity", "at perplexity {:g}"), "topoae": ("epochs", "with {:g} epochs")}


def find_enclosure(results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer which method encloses the spheres.

    Returns
    -------
    tuple
        By how much the first of the four methods leads the second; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the benchmark has no such numbers or pictures.
    """
    found = {each: mean(evidence, nesting(each)) for each in PAPER_METHODS}
    first, second, *_ = sorted(found, key=lambda each: -found[each].mean)
    kept = {each.method: each for each in results.first("benchmark", SPHERES)}
    shown = [each for each in PAPER_METHODS if each in kept]
    return difference(evidence, nesting(first), nesting(second)), make_finding(
        "encloses",
        "Which method encloses the small spheres in the large one?",
        " ".join([_told_tuned(found), *_told_others(evidence)]),
        _row(results, {method_title(each): kept[each] for each in shown}),
        "SPHERES as four methods draw it; the outer sphere is grey.",
        verdict="topoae-encloses",
        figure="embeddings-spheres",
        view={"dataset": dataset_title(SPHERES), "left": "t-SNE", "right": "TopoAE"},
    )


def _told_tuned(found: Mapping[str, MeanInterval]) -> str:
    """Say which of the four enclose as tuned, by their intervals."""
    enclosing = [method_title(name) for name, each in found.items() if each.low > ENCLOSES]
    told = counted({method_title(name): each for name, each in found.items()})
    lead = (
        f"Of the four as tuned these are shown to: {listed(enclosing)}."
        if enclosing
        else "Of the four as tuned none is shown to."
    )
    return f"{lead} That takes a nesting above {ENCLOSES:g}; theirs is {told}."


def _told_others(evidence: Evidence) -> Iterator[str]:
    """Say what the sweep's largest values do, and MMAE, as far as they were run."""
    for method, (name, how) in _RAISED.items():
        try:
            most = max(evidence.sweep_values(SPHERES, method, name))
            found = mean(evidence, Sample(SPHERES, method, NESTING, "sweep", {name: most}))
        except MissingEvidenceError:
            continue
        yield _told_one(f"{method_title(method)} {how.format(most)}", found)
    try:
        found = mean(evidence, nesting("mmae"))
    except MissingEvidenceError:
        return
    yield _told_one(f"{method_title('mmae')}, an autoencoder that matches all distances,", found)


def _told_one(who: str, found: MeanInterval) -> str:
    told = "is not shown to"
    if found.low > ENCLOSES:
        told = "does"
    elif found.high < ENCLOSES:
        told = "does not"
    return f"{who} {told}: {text(found)} (n = {found.n})."


def find_perplexity(results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer what t-SNE does from perplexity 50 to 750.

    Returns
    -------
    tuple
        By how much nesting rises; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the sweep has no such numbers or pictures.
    """
    low, high = (mean(evidence, nesting("tsne", at)) for at in (FROM, TO))
    rise = difference(evidence, nesting("tsne", TO), nesting("tsne", FROM))
    kept = {
        each.hyperparameters.values["perplexity"]: each
        for each in results.first("sweep", SPHERES)
        if each.method == "tsne"
    }
    series = {"dataset": dataset_title(SPHERES), "left": "t-SNE over perplexity"}
    return rise, make_finding(
        "perplexity",
        f"What does t-SNE do from perplexity {FROM:g} to {TO:g}?",
        f"On SPHERES {_told_rise(low, high)}. Nesting is {text(low)} at perplexity {FROM:g} and "
        f"{text(high)} at {TO:g} (n = {rise.n}).",
        _row(results, {f"perplexity {each:g}": kept[each] for each in _SHOWN if each in kept}),
        "SPHERES as t-SNE draws it at four perplexities; the outer sphere is grey.",
        verdict="tsne-750-encloses",
        figure="figure-8",
        view=series | {"left-step": f"perplexity {TO:g}", "right": "TopoAE"},
    )


def _told_rise(low: MeanInterval, high: MeanInterval) -> str:
    if low.high < ENCLOSES < high.low:
        return "the pieces of the outer sphere become one ring around the inner ones"
    if low.low > ENCLOSES and high.low > ENCLOSES:
        return "the outer sphere lies around the inner ones at both"
    return "the outer sphere is not shown to come to lie around the inner ones"


def _row(results: Results, kept: Mapping[str, StoredEmbedding]) -> Figure:
    if not kept:
        raise MissingEvidenceError("no embedding was kept")
    labels = next(iter(kept.values())).labels
    points = {title: each.points for title, each in kept.items()}
    return embedding_row(points, labels, outer=results.outer[SPHERES])
