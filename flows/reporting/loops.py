"""Figures of the stage `loops`, and what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from flows.reporting.captioned import Captioned, caption, describe_network, describe_stored
from flows.reporting.outcomes import listed, make_finding
from flows.reporting.results import Results
from flows.reporting.samples import counted, difference, mean
from flows.running.embeddings import StoredEmbedding, StoredLoops
from topo.figures import (
    Lives,
    LoopDiagram,
    Pictured,
    cycle_grid,
    cycle_row,
    gradient_noise,
    loop_curves,
    loop_diagrams,
    oblique,
)
from topo.homology.diagrams import persistence
from topo.inference import MeanInterval
from topo.metrics.loops import LONG
from topo.names import dataset_title, method_title
from topo.params import Params
from topo.peers import peer_value
from topo.report import ReportFinding
from topo.statements import Evidence, MissingEvidenceError, Sample
from topo.statements.quantities import SAME_LOOPS

SECTION = "loops"
_K4 = "k4"
#: What diagrams, curves and the finding show of all methods.
_SHOWN = ("topoae", "topoae_h1", "topoae_cascade", "topoae_cycles", "rtd_lite", "tsne", "pca")
_IN_DIAGRAMS = ("topoae", "topoae_h1", "topoae_cascade", "topoae_cycles")
#: Data on which all of these run.
_WITH_ALL = ("twist", _K4)
#: Whether a linear picture has them already says what a loss adds.
_SEE_LOOPS = ("topoae_h1", "topoae_cascade", "topoae_cycles")
_WITHOUT = ("topoae", "pca")
_FOUND = ("topoae", *_SEE_LOOPS, "pca")
_SIZE = (6.2, 1.25)

#: Embeddings of one repetition by method.
_ByMethod: TypeAlias = Mapping[str, StoredEmbedding]


def draw_loops(params: Params, results: Results) -> Iterator[Captioned]:
    """Draw the figures of the stage: pictures by dataset, diagrams, curves, gradients."""
    for dataset, stage in params.loops.datasets.items():
        known = params.datasets[dataset].homology
        if known is not None and known.loops == 0:
            continue
        found = _first(results, dataset)
        if kept := {name: found[name] for name in stage.methods if name in found}:
            yield _pictures(results, dataset, kept)
    yield from _diagrams(_first(results, _K4))
    yield from _curves(results)
    if "gradient_noise" in set(results.theory.loc[results.theory["status"] == "ok", "experiment"]):
        yield _gradients(params, results)


def find_loops(results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer whether losses that see loops keep them.

    Returns
    -------
    tuple
        How many more of K4's loops cascades keep than the paper's loss; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the stage has no such numbers or pictures.
    """
    found = {_named(each): mean(evidence, _same(each)) for each in _FOUND}
    gain = difference(evidence, _same("topoae_cascade"), _same("topoae"))
    kept = _first(results, _K4)
    shown = {each: kept[each] for each in _FOUND if each in kept}
    if not shown:
        raise MissingEvidenceError("no embedding of K4 was kept")
    pictures = [Pictured(dataset_title(_K4), oblique(results.datasets[_K4].X))]
    pictures += [Pictured(_short(each), one.points) for each, one in shown.items()]
    return gain, make_finding(
        "loops-kept",
        "Do losses that see loops keep them?",
        f"{_answer(evidence)} K4 has four corners in space, each joined to each by a noisy line: "
        f"three loops. In the mean so many of these are loops of the picture still: "
        f"{counted(found)}. {_told_pca(evidence)} Of TopoAE++, by its authors’ code, {_of_peer()} "
        "(one fit).",
        cycle_row(pictures, _cycles(shown), size=_SIZE),
        "K4 and its pictures, with the cycles of its three loops in colours.",
        verdict="topoae-cascade-keeps-two-loops-k4",
        figure="loops-k4",
        view={
            "dataset": dataset_title(_K4),
            "left": method_title("topoae"),
            "right": method_title("topoae_cascade"),
        },
        section=SECTION,
    )


def _answer(evidence: Evidence) -> str:
    """Say which losses that see loops keep more than the paper's and than PCA, by intervals."""
    better = [
        _named(each)
        for each in _SEE_LOOPS
        if all(difference(evidence, _same(each), _same(other)).low > 0 for other in _WITHOUT)
    ]
    if not better:
        return "It is not shown: by the intervals none keeps more than TopoAE and PCA both do."
    if len(better) == len(_SEE_LOOPS):
        return "Yes: each keeps more than TopoAE and than PCA."
    return f"Some do: by the intervals {listed(better)}, more than TopoAE and than PCA."


def _told_pca(evidence: Evidence) -> str:
    """Say which of the others are not shown to keep more than PCA, or fewer."""
    beside = {each: difference(evidence, _same("pca"), _same(each)) for each in _FOUND[:-1]}
    alike = [_named(name) for name, each in beside.items() if each.low <= 0 <= each.high]
    told = f"is not told apart from {listed(alike)}" if alike else "differs from all others"
    return f"By the intervals PCA, which has no loss at all, {told}."


def _named(method: str) -> str:
    """Name a method without the comma of its title, which a list could not have."""
    return method_title(method).replace(", ", " with ")


def _same(method: str) -> Sample:
    return Sample(_K4, method, SAME_LOOPS, "loops")


def _of_peer() -> str:
    kept = peer_value(_K4, "topoae_pp", "loops_same")
    return "none" if kept == 0 else f"{kept}"


def _short(method: str) -> str:
    return method_title(method).removeprefix("TopoAE, ")


def _first(results: Results, dataset: str) -> _ByMethod:
    """Embeddings of the first repetition whose loops were kept."""
    return {each.method: each for each in results.first("loops", dataset) if each.rips is not None}


def _loops(kept: StoredEmbedding) -> StoredLoops:
    if kept.rips is None:
        raise ValueError(
            f"a figure of loops needs those of {kept.method}, which were not kept: name loops_same "
            "in loops.metrics and run the stage `loops`"
        )
    return kept.rips


def _cycles(kept: _ByMethod) -> list[NDArray[np.int64]]:
    """Return the cycles of the input, which all embeddings share."""
    return list(_loops(next(iter(kept.values()))).cycles.values())


def _pictures(results: Results, dataset: str, kept: _ByMethod) -> Captioned:
    cycles = _cycles(kept)
    title = dataset_title(dataset)
    first = Pictured(f"{title}: {_counted(len(cycles))}", oblique(results.datasets[dataset].X))
    others = [Pictured(_told(name, each, cycles), each.points) for name, each in kept.items()]
    told = (
        "The input’s loops that live longer than 0.25 of its median distance are drawn in colours, "
        "a cycle for each, and the same edges in every picture. Above each stands how many of them "
        "are loops there still."
        if cycles
        else "Among Euclidean distances noise hides the input’s loop: none lives longer than 0.25 "
        "of its median distance. Above each picture stands how many such loops it has itself."
    )
    return caption(
        f"loops-{dataset}".replace("_", "-"),
        cycle_grid([first, *others], cycles),
        title=f"Loops of {title}",
        caption=f"{_seen(results, dataset)} {told} First repetition, all points; each panel on its "
        f"own scale. {describe_stored(kept.values())}",
        description=f"{title} and its embeddings by method, with the input’s cycles in colours.",
        section=SECTION,
    )


def _seen(results: Results, dataset: str) -> str:
    n = results.datasets[dataset].X.shape[1]
    return (
        "The input is seen obliquely."
        if n == 3
        else f"Of the input’s {n} coordinates the first two are shown."
    )


def _told(name: str, kept: StoredEmbedding, cycles: list[NDArray[np.int64]]) -> str:
    loops = _loops(kept)
    if not cycles:
        return f"{method_title(name)}: {_counted(_n_long(loops.diagram, loops.unit))}"
    return f"{method_title(name)}: {_n_long(loops.same, loops.unit)} of {len(cycles)}"


def _n_long(diagram: NDArray[np.float64], unit: float) -> int:
    return int(np.sum(persistence(diagram) > LONG * unit))


def _counted(n: int) -> str:
    return "1 loop" if n == 1 else f"{n} loops"


def _diagrams(kept: _ByMethod) -> Iterator[Captioned]:
    shown = {name: _loops(kept[name]) for name in _IN_DIAGRAMS if name in kept}
    if not shown:
        return
    first = next(iter(shown.values()))
    diagrams = [LoopDiagram("input", first.input_diagram / first.input_unit)]
    diagrams += [
        LoopDiagram(method_title(name), each.diagram / each.unit, each.same / each.unit)
        for name, each in shown.items()
    ]
    yield caption(
        "loop-diagrams",
        loop_diagrams(diagrams, long=LONG),
        title="Loops of K4 in diagrams",
        caption="Persistence diagrams in dimension 1, each in units of its own median distance; "
        "loops above the dotted line live longer than 0.25. Rings: how long the input’s cycles are "
        "loops of the picture. A dot in no ring is another loop. First repetition, methods as in "
        "the figure of K4.",
        description="Diagrams in dimension 1 of K4 and of its embeddings.",
        section=SECTION,
    )


def _curves(results: Results) -> Iterator[Captioned]:
    found = {dataset_title(dataset): _lives(results, dataset) for dataset in _WITH_ALL}
    lives = {title: of_methods for title, of_methods in found.items() if of_methods}
    if not lives:
        return
    yield caption(
        "loops-kept-by-life",
        loop_curves(lives, long=LONG),
        title="Loops kept, by how long they live",
        caption="How many loops live longer than a threshold, in units of the median distance: of "
        "the input, of the embedding, and of the embedding those that are the input’s own. Means "
        "over the repetitions; for the same loops the band that they span. The dotted line is "
        "where loops are counted.",
        description="A panel for every dataset and method with three falling curves.",
        section=SECTION,
    )


def _lives(results: Results, dataset: str) -> dict[str, list[Lives]]:
    found: dict[str, list[Lives]] = {}
    for name in _SHOWN:
        for each in results.embeddings.get(("loops", dataset), []):
            if each.method == name and each.rips is not None:
                found.setdefault(method_title(name), []).append(_lives_of(each.rips))
    return found


def _lives_of(loops: StoredLoops) -> Lives:
    return Lives(
        persistence(loops.input_diagram) / loops.input_unit,
        persistence(loops.diagram) / loops.unit,
        persistence(loops.same) / loops.unit,
    )


def _gradients(params: Params, results: Results) -> Captioned:
    return caption(
        "gradient-noise",
        gradient_noise(results.theory),
        title="Noise of gradients",
        caption="How far the gradients of random batches scatter about their mean, divided by its "
        "length, for the edges of the pairings in dimension 0 and in dimension 1, at the weights "
        "of an autoencoder that no such loss has trained. Bands: what the repetitions span. "
        + describe_network("ae", params.theory.experiments.get("gradient_noise")),
        description="Two lines for each dataset, against the number of points in a batch.",
        section=SECTION,
    )
