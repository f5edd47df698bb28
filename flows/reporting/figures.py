"""The paper's figures, drawn from the results; each is written with the data behind it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib import rc_context, rcdefaults
from numpy.typing import NDArray

from flows import store
from flows.reporting.captioned import Captioned, caption, describe_stored
from flows.reporting.large_perplexity import draw_large_perplexity
from flows.reporting.loops import draw_loops
from flows.reporting.must_fail import draw_must_fail
from flows.reporting.own_making import draw_own_making
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding
from topo.candidates import describe_choice
from topo.figures import (
    autoencoder,
    counterexample,
    diagrams_by_scale,
    embedding_grid,
    example_points,
    perplexity_sweep,
    png,
    rips_growth,
    topological_autoencoder,
    tuning_trials,
)
from topo.inference import MeanInterval
from topo.metrics.registry import METRICS
from topo.names import dataset_title, method_title
from topo.paper import FIGURE_6_PERPLEXITIES
from topo.params import Params
from topo.report import ReportFigure
from topo.theory.chains import CircleUnrolled, Figure4

#: The dataset and the perplexity of figure 8.
_FIGURE_8 = ("spheres", 750.0)
#: What `dvc plots` lays side by side, under the name of the file.
_COMPARED = {
    "embeddings-spheres": "SPHERES as each method draws it",
    "figure-8": "Figure 8, t-SNE from small to large perplexities",
}


def draw_figures(params: Params, results: Results) -> Iterator[Captioned]:
    """Draw every figure that the results allow, in the order of the paper, our own last."""
    if params.is_of_paper:
        yield from _explanatory(params)
    for stage in ("benchmark", "sweep", "tune", "loops", "questions"):
        yield from draw_stage(stage, params, results)


def draw_stage(stage: str, params: Params, results: Results) -> Iterator[Captioned]:
    """Draw the figures that show the results of one stage; of most stages there are none."""
    if stage == "benchmark":
        for dataset in params.benchmark.datasets:
            yield from _embeddings(params, results, dataset)
    elif stage == "sweep":
        yield from _sweep(results)
    elif stage == "loops":
        yield from draw_loops(params, results)
    elif stage == "questions":
        yield from draw_must_fail(params, results)
        yield from draw_large_perplexity(results)
        yield from draw_own_making(params, results)
    elif stage == "tune" and "ok" in set(results.trials.get("status", ())):
        yield _tuning(params, results)


def write_figures(figures: Iterator[Captioned]) -> list[ReportFigure]:
    """Write figures as PNG with their data as CSV, and once more those that DVC compares."""
    # An output of DVC's, whatever there is to draw.
    store.require_writable(store.COMPARED)
    written = []
    # The user's own matplotlibrc would draw other figures.
    with rc_context():
        rcdefaults()
        for each in figures:
            image, folder = png(each.figure), store.REPORT / "figures"
            store.write_bytes(folder / f"{each.name}.png", image)
            store.write_text(folder / f"{each.name}.csv", each.data.to_csv(index=False))
            if each.name in _COMPARED:
                store.write_bytes(store.COMPARED / f"{_COMPARED[each.name]}.png", image)
            written.append(
                ReportFigure(
                    each.name,
                    each.title,
                    each.caption,
                    each.description,
                    image,
                    section=each.section,
                )
            )
    return written


def _explanatory(params: Params) -> Iterator[Captioned]:
    yield caption(
        "figure-1",
        autoencoder((784, 1000, 500, 250, 2)),
        title="Figure 1",
        caption="The autoencoder for MNIST: a point goes through ever fewer neurons into the plane "
        "and back again.",
        description="Layers of 784, 1000, 500, 250 and 2 neurons, mirrored.",
    )
    yield caption(
        "figure-2",
        rips_growth(example_points(16, seed=2), scales=(0.2, 0.25, 0.3)),
        title="Figure 2",
        caption="The Vietoris–Rips filtration grows. Bold edges join two components; together they "
        "are the minimum spanning tree, and their lengths the deaths in dimension 0.",
        description="Sixteen points at three growing scales, and their minimum spanning tree.",
    )
    yield caption(
        "figure-3",
        topological_autoencoder(),
        title="Figure 3",
        caption="The topological autoencoder compares, batch by batch, the lengths of both spaces’ "
        "tree edges in both spaces.",
        description="Boxes and arrows from a batch to the two terms of the loss.",
    )
    yield from _counterexample(params)


def _counterexample(params: Params) -> Iterator[Captioned]:
    folded = params.theory.experiments.get("figure_4")
    if not isinstance(folded, Figure4):
        return
    X, Z = folded.points()
    images = {"Figure 4: folded": Z}
    line = params.theory.experiments.get("circle_unrolled")
    if isinstance(line, CircleUnrolled) and np.array_equal(line.points()[0], X):
        images["beyond it: unrolled"] = line.points()[1]
    yield caption(
        "figure-4",
        counterexample(X, images),
        title="Figure 4",
        caption=f"A counterexample, {len(X)} points of a circle, each panel on its own scale. "
        "Folded, the edges of the input’s tree keep their lengths, so that L_X→Z = 0, while the "
        "loop is gone. The other direction, L_Z→X, notices: the tree of Z has edges (dashed) that "
        "are long in X. Unrolled to a line, both directions are 0, and the loop is gone all the "
        "same.",
        description="A circle of points, the same folded into a hairpin, and unrolled to a line.",
    )


def _embeddings(params: Params, results: Results, dataset: str) -> Iterator[Captioned]:
    by_method = {each.method: each for each in results.first("benchmark", dataset)}
    ordered = [by_method[name] for name in params.benchmark.methods if name in by_method]
    if not ordered:
        return
    number = {"spheres": "Figure 5", "mnist": "Figure 7"}.get(dataset, "Embeddings")
    yield Captioned(
        name=f"embeddings-{dataset}".replace("_", "-"),
        title=f"{number}: {dataset_title(dataset)}",
        caption="The test points of draw 0, split 0 in the plane, by every method at model seed 0, "
        "each on its own scale. "
        + _colours(ordered[0].labels, results.outer[dataset])
        + describe_stored(ordered),
        description=f"One panel per method with the embedding of {dataset_title(dataset)}.",
        figure=embedding_grid(
            {each.method: each.points for each in ordered},
            ordered[0].labels,
            dataset=dataset,
            outer=results.outer[dataset],
            classes=results.datasets[dataset].classes,
        ),
        data=pd.concat([_point_frame(each) for each in ordered], ignore_index=True),
    )


def _colours(labels: NDArray[np.int64], outer: int | None) -> str:
    if len(np.unique(labels)) == 1:
        return ""
    return f"Colours are classes{'' if outer is None else '; the outer class is grey'}. "


def _point_frame(kept: StoredEmbedding) -> pd.DataFrame:
    x, y = kept.points.T
    return pd.DataFrame({"method": kept.method, "x": x, "y": y, "label": kept.labels})


def _sweep(results: Results) -> Iterator[Captioned]:
    dataset, largest = _FIGURE_8
    kept = {
        each.hyperparameters.values["perplexity"]: each
        for each in results.first("sweep", dataset)
        if each.method == "tsne"
    }
    if not kept:
        return
    # Its ends, where the sweep has none of them.
    shown = [value for value in FIGURE_6_PERPLEXITIES if value in kept] or [min(kept), max(kept)]
    diagrams = {"input": kept[shown[0]].input_diagram}
    diagrams |= {f"t-SNE, perplexity {value:g}": kept[value].diagram for value in shown}
    by_method = {each.method: each for each in results.first("benchmark", dataset)}
    beside = [by_method[name] for name in ("umap", "topoae") if name in by_method]
    diagrams |= {method_title(each.method): each.diagram for each in beside}
    yield caption(
        "figure-6",
        diagrams_by_scale(diagrams),
        title="Figure 6",
        caption="Persistence diagrams in dimension 0 of SPHERES (test points of draw 0, split 0, "
        "model seed 0), on one scale (above) and each on its own (below). Every birth is 0, so "
        "that the dots stand on the left edge. The pale bars beside them are a histogram: they "
        "tell how many dots stand at a height, the longest bar of each panel being as long as "
        f"any. {describe_stored(beside) if beside else ''}".rstrip(),
        description="Diagrams of the input, of t-SNE at several perplexities, of UMAP and TopoAE.",
    )
    perplexity = largest if largest in kept else max(kept)
    yield caption(
        "figure-8",
        perplexity_sweep(
            results.sweep,
            kept[perplexity].points,
            kept[perplexity].labels,
            dataset=dataset,
            perplexity=perplexity,
            outer=results.outer[dataset],
        ),
        title="Figure 8",
        caption=f"t-SNE of SPHERES at perplexity {perplexity:g} (test points of draw 0, split 0, "
        "model seed 0). Beside it, against perplexity, what every repetition has, the band that "
        "they span and their mean: nesting (0 not at all, 1 all round), and the sliced Wasserstein "
        "distance as it is and with scale removed in two ways (lower is better). Dashed: what an "
        "empty diagram scores, dotted in each repetition. Raw distances do not begin at 0: the "
        "title says how small a share of themselves is seen.",
        description="An embedding and four curves with bands over the repetitions.",
    )


def _tuning(params: Params, results: Results) -> Captioned:
    direction = METRICS[params.tune.objective][0].direction
    return caption(
        "tuning",
        tuning_trials(
            results.trials,
            params.tune.search,
            direction="higher" if direction == "higher" else "lower",
        ),
        title="Tuning",
        caption=" ".join(
            [
                f"The objective ({direction} is better) on validation points against the "
                "hyperparameter, one panel per study. Pale dots are the trials of Bayesian "
                "optimisation, one value each. The best of them, and the default, were judged "
                "again on data or splits that no trial had: where the bars overlap, noise decides. "
                "Chosen was the best mean.",
                *_choices(results),
            ]
        ),
        description="Scatter plots of trials, with bars where they were judged again.",
    )


def _choices(results: Results) -> Iterator[str]:
    for each in results.choices.itertuples():
        same = results.candidates["dataset"] == each.dataset
        candidates = results.candidates[same & (results.candidates["method"] == each.method)]
        gained = MeanInterval(each.gain, each.half_width, each.n)
        name = f"{method_title(each.method)} on {dataset_title(each.dataset)}"
        yield f"{name}: {describe_choice(candidates, gained)}."
