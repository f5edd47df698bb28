"""Figures and pictures of data on which t-SNE must fail, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows.reporting.captioned import Captioned, caption, describe_question
from flows.reporting.outcomes import make_finding
from flows.reporting.results import Results
from flows.reporting.samples import mean, text
from flows.reporting.unscored import STARTS, Unscored, tsne_from, tsne_picture
from topo.figures import (
    far_point_margins,
    far_point_pictures,
    poison_bars,
    search_trials,
    shifted_pictures,
)
from topo.inference import MeanInterval
from topo.names import method_title, metric_title
from topo.params import Params
from topo.report import ReportFinding, ReportInput
from topo.statements import Evidence, MissingEvidenceError
from topo.statements.samples import theory_sample

SECTION = "questions"
_FAR, _POISON, _SEARCH = "far_point", "poison_point", "search"
#: Its title in the explorer's menu is the name itself.
_DATASET = "far_point"
#: Inches of a picture's side in the finding, and in the figure.
_PANEL, _WIDE_PANEL = 1.25, 2.3
#: A usual perplexity, and the largest.
_USUAL = 30.0
_VIEW = {
    "dataset": "Far point",
    "left": f"{tsne_from('pca')} over perplexity",
    "right": f"{tsne_from('random')} over perplexity",
}
#: What the section leads to.
VIEWS = {"t-SNE of a far point, over perplexity": urlencode(_VIEW)}


def draw_must_fail(params: Params, results: Results) -> Iterator[Captioned]:
    """Draw margins and pictures of the far point, and what the other data show."""
    numbers = _means(results.questions)
    if _FAR in numbers:
        yield from _far_point(numbers[_FAR], results, describe_question(params, _FAR))
    yield from _shifted(numbers.get("shifted_squares", pd.DataFrame()))
    if _POISON in numbers:
        yield from _poison(numbers[_POISON], describe_question(params, _POISON))
    if _SEARCH in set(results.questions["experiment"]):
        yield from _search(results.questions, _search_settings(params))


def _search_settings(params: Params) -> str:
    """Name the hyperparameters of all rivals; nothing if the search is not in the parameters."""
    asked = params.questions.experiments.get(_SEARCH)
    if asked is None:
        return ""
    perplexities = ", ".join(f"{each:g}" for each in asked.model_dump()["rivals"]["perplexities"])
    return f"t-SNE has perplexities {perplexities}. {describe_question(params, _SEARCH)}"


def _means(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return by question a table of means over the repetitions: a row a case, a column a number.

    Of numbers with a homology dimension, dimension 0 is taken.
    """
    there = rows[(rows["status"] == "ok") & (rows["dimension"].fillna(0) == 0)]
    return {
        str(name): of.pivot_table("value", "case", "quantity", sort=False)
        for name, of in there.groupby("experiment", sort=False)
    }


def _far_point(means: pd.DataFrame, results: Results, settings: str) -> Iterator[Captioned]:
    if not {"bound", "residual"} <= set(means.columns):
        return
    parts = means.index.to_series().str.extract(r"^tsne/start=(\w+)/perplexity=(.+)$")
    is_run = parts[0].notna()
    runs = means[is_run].assign(
        start=parts[0][is_run], perplexity=parts[1][is_run].astype(np.float64)
    )
    columns = ["margin", "gap", "residual"]
    runs = runs[["start", "perplexity", *columns]].reset_index(drop=True)
    others = means[~is_run][columns[:2]].rename_axis("name").reset_index()
    yield caption(
        "far-point-margin",
        far_point_margins(runs, others, float(means.loc["input", "bound"])),
        title="A far point, which t-SNE must draw in",
        caption="A ball of points in 50 dimensions, and one point far beyond it; means over the "
        "draws. Left: the far point’s distance to the hull of the others over max(1, their "
        "diameter), which theory bounds in every stationary picture by t-SNE; values below 0.01 "
        "are drawn there. Right: the longest death in dimension 0 over the second longest, free of "
        "scale, by which large perplexities do show it. Hollow: forces do not cancel to a "
        f"thousandth. {settings}",
        description="Two panels of t-SNE’s curves against perplexity, and lines of other methods.",
        section=SECTION,
    )
    pictures = _pictures(results)
    if pictures:
        yield caption(
            "far-point-pictures",
            far_point_pictures(pictures, panel=_WIDE_PANEL),
            title="The far point as methods draw it",
            caption="The first draw, each panel on its own scale; the cross is the far point. "
            "t-SNE from the principal plane. Hyperparameters as above.",
            description="A row of pictures: a cloud of points, and a cross in or beyond it.",
            section=SECTION,
        )


def _pictures(results: Results) -> dict[str, NDArray[np.float64]]:
    """Return pictures of the first draw by what to write above them."""
    stored = results.question_arrays.get(_FAR, {})
    of_tsne = _perplexities(stored, "pca")
    if not of_tsne:
        return {}
    wanted = [each for each in (_USUAL, max(of_tsne)) if each in of_tsne]
    shown = {f"t-SNE\nperplexity {each:g}": of_tsne[each] for each in wanted}
    place = "others/draw=0/"
    for name, points in stored.items():
        if name.startswith(place) and points.ndim == 2:
            shown[method_title(name.removeprefix(place))] = points
    return {title: points.astype(np.float64) for title, points in shown.items()}


def _few(pictures: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return those that fit into a small row: of t-SNE, TopoAE and PCA."""
    wanted = (method_title("topoae"), method_title("pca"))
    return {each: at for each, at in pictures.items() if each.startswith("t-SNE") or each in wanted}


def _perplexities(
    stored: Mapping[str, NDArray[Any]], start: str
) -> dict[float, NDArray[np.float32]]:
    place = f"tsne/start={start}/draw=0/perplexity="
    found = {
        float(name.removeprefix(place)): each
        for name, each in stored.items()
        if name.startswith(place)
    }
    return dict(sorted(found.items()))


def _shifted(means: pd.DataFrame) -> Iterator[Captioned]:
    if "picture_difference" not in means:
        return
    cases = means.index.to_series().str.extract(r"^shift=([^/]+)/(?:perplexity=(.+)|input)$")
    table = means.assign(shift=cases[0].astype(np.float64), perplexity=cases[1].astype(np.float64))
    is_input = table["perplexity"].isna()
    inputs = table[is_input][["shift", "silhouette", "death_ratio"]].reset_index(drop=True)
    pictures = table[~is_input][
        ["shift", "perplexity", "silhouette", "picture_difference", "probability_error"]
    ].reset_index(drop=True)
    yield caption(
        "shifted-squares",
        shifted_pictures(inputs, pictures),
        title="Data that t-SNE cannot tell apart",
        caption="Points of the small digits; their squared distances are multiplied by a, and C is "
        "added to all. t-SNE’s probabilities and, from the same start, its picture stay what they "
        "are (left, lines without a slope), while classes and components vanish from the points.",
        description="Left: silhouettes against the shift. Right: ratio of deaths, falling to 1.",
        section=SECTION,
    )


def _poison(means: pd.DataFrame, settings: str) -> Iterator[Captioned]:
    if not {"silhouette_with", "silhouette_without"} <= set(means.columns):
        return
    table = means.reset_index().rename(
        columns={"case": "name", "silhouette_with": "with", "silhouette_without": "without"}
    )
    table["name"] = table["name"].map(_poison_title)
    yield caption(
        "poison-point",
        poison_bars(table[["name", "with", "without"]]),
        title="One point that hides two clusters",
        caption="Two normal clusters in many dimensions, drawn with and without one point at their "
        "mean, which is the nearest neighbour of all others; means over the draws. t-SNE with its "
        f"usual number of steps, and run on until its forces balance. {settings}",
        description="Pairs of bars, a pair for each method: with and without the point.",
        section=SECTION,
    )


def _poison_title(case: str) -> str:
    if case == "input":
        return "the points themselves"
    if not case.startswith("tsne"):
        return method_title(case)
    longer = ", run on" if "/run on/" in case else ""
    return f"t-SNE, perplexity {case.rpartition('=')[2]}{longer}"


def _search(rows: pd.DataFrame, settings: str) -> Iterator[Captioned]:
    of = rows[(rows["experiment"] == _SEARCH) & (rows["status"] == "ok")]
    if of.empty:
        return
    wide = of.pivot_table("value", ["case", "repetition"], "quantity", sort=False).reset_index()
    wide["measure"] = wide["case"].str.partition("/")[0].map(metric_title)
    wide["others"] = wide["topoae"] - wide["gap"]
    is_trial = wide["case"].str.contains("/trial=")
    columns = ["measure", "case", "repetition", "topoae", "others"]
    yield caption(
        "search",
        search_trials(wide[is_trial][columns], wide[~is_trial][columns]),
        title="A search for data that TopoAE alone keeps",
        caption="Nested shells of varied depth, radii, densities, noise and dimension, chosen by "
        "Bayesian optimisation of TopoAE’s lead over the best of t-SNE (at its best perplexity), "
        "UMAP, AE and PCA. Above the line TopoAE leads. Crosses: fresh draws of the best trial. "
        + settings,
        description="Dots around a diagonal, one panel for nesting and one for NTS-M.",
        section=SECTION,
    )


def find_must_fail(results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer whether there are data on which t-SNE fails and TopoAE does not.

    Returns
    -------
    tuple
        TopoAE's relative margin; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the stage has no such numbers or pictures.
    """
    margins = {
        name: mean(evidence, theory_sample(f"{_FAR}/{name}", "margin"))
        for name in ("topoae", "ae", "pca")
    }
    bound = evidence.values(theory_sample(f"{_FAR}/input", "bound")).iloc[0]
    margin, gap = (
        max(
            float(evidence.values(theory_sample(place, each)).mean())
            for place in evidence.case_names(_FAR, "residual")
        )
        for each in ("margin", "gap")
    )
    of_points = mean(evidence, theory_sample(f"{_FAR}/input", "gap"))
    pictures = _pictures(results)
    if not pictures:
        raise MissingEvidenceError("the stage questions has kept no pictures of the far point")
    own = mean(evidence, theory_sample(f"{_FAR}/input", "margin"))
    return margins["topoae"], make_finding(
        "must-fail",
        "Is there a dataset on which t-SNE fails at every perplexity, and TopoAE does not?",
        f"{_answer(margin, margins['topoae'], bound)} a cloud and one point far from it, the "
        "cross. Told is how far the point lies from the cloud, in diameters of the cloud: "
        f"{own.mean:.1f} in the data. In a picture by t-SNE whose forces balance, theory allows "
        f"{bound:.2f} at most; at no perplexity it is above {margin:.2f}. TopoAE has "
        f"{text(margins['topoae'])} (n = {own.n}). Without a topological loss AE has "
        f"{text(margins['ae'])} and PCA {text(margins['pca'])}. Another measure is "
        "the longest of the steps that join all points, each to a near one: with t-SNE it is up "
        f"to {gap:.1f} times the next, in the data {of_points.mean:.1f} times.",
        far_point_pictures(_few(pictures), panel=_PANEL).figure,
        "A row of pictures, a cloud and a cross in each: the far point.",
        verdict="topoae-keeps-far-point",
        figure="far-point-margin",
        view=_VIEW,
        section=SECTION,
    )


def _answer(of_tsne: float, of_topoae: MeanInterval, bound: float) -> str:
    """Say whether t-SNE stays below its bound where TopoAE is above, by TopoAE's interval."""
    is_shown = of_tsne <= bound < of_topoae.low
    return "Yes, by distance:" if is_shown else "It is not shown for what theory names:"


def explore_must_fail(params: Params, results: Results) -> Unscored:
    """Return the first draw's pictures of the far point from every start, at all perplexities."""
    stored = results.question_arrays.get(_FAR, {})
    embeddings = [
        tsne_picture(_DATASET, points, start=start, perplexity=perplexity)
        for start in STARTS
        for perplexity, points in _perplexities(stored, start).items()
    ]
    if not embeddings:
        return Unscored((), ())
    labels = np.zeros(len(embeddings[0].points), np.int64)
    labels[-1] = 1
    side = ReportInput(_DATASET, 0, 0, labels, stored["others/draw=0/deaths"], outer=None)
    return Unscored((side,), tuple(embeddings))
