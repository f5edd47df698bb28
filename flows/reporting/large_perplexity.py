"""Figures and pictures of why large perplexities show nested spheres, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows.reporting.captioned import Captioned, caption
from flows.reporting.outcomes import make_finding
from flows.reporting.results import Results
from flows.reporting.samples import difference, mean, text
from flows.reporting.unscored import STARTS, Unscored, tsne_from, tsne_picture
from topo.figures import (
    alignment_by_perplexity,
    embedding_row,
    enclosure_told,
    nesting_by_start,
)
from topo.inference import MeanInterval, mean_interval
from topo.names import dataset_title
from topo.params import Params
from topo.questions.prediction import ENCLOSES, main_size, runs_of_tsne, split_draws, told_right
from topo.report import ReportFinding, ReportInput
from topo.statements import Evidence, MissingEvidenceError
from topo.statements.samples import theory_sample

SECTION = "questions"
_QUESTION = "large_perplexity"
#: Of the pictures in the explorer: their points are none of the study's.
_DATASET = "spheres_few_points"
#: Perplexity 750 of 2,000 points.
_LARGE = 0.375
#: What an axis shows, and what a prediction takes.
_FEATURES = {
    "spectral_2": "smaller canonical correlation\nwith the eigenvectors",
    "share": "perplexity / points",
    "evenness": "evenness: inner spheres to which an\nouter point is tied in effect, share of all",
}
_ALIGNMENT = ("spectral_1", "spectral_2", "linear_1", "linear_2")


def _view(left: str, right: str) -> dict[str, str]:
    sides = {"left": left, "right": right}
    return {"dataset": dataset_title(_DATASET)} | {
        side: f"{tsne_from(start)} over perplexity" for side, start in sides.items()
    }


#: What the section leads to.
VIEWS = {
    "t-SNE from noise and from the principal plane, over perplexity": urlencode(
        _view("random", "pca")
    )
}


def draw_large_perplexity(results: Results) -> Iterator[Captioned]:
    """Draw nesting by start, canonical correlations, and what tells enclosure."""
    rows = results.questions
    if not ((rows["experiment"] == _QUESTION) & (rows["status"] == "ok")).any():
        return
    runs = runs_of_tsne(rows)
    size = main_size(runs, "spheres")
    main = runs[(runs["kind"] == "spheres") & (runs["n"] == size)]
    yield caption(
        "large-perplexity-nesting",
        nesting_by_start(runs),
        title="What the enclosure hangs on",
        caption="Nesting (0 not at all, 1 all round) against the perplexity as a share of the "
        "points; the grey line is 750 of 2,000. Lines: t-SNE from three starts, with early "
        "exaggeration and without, means over the draws and what these span. Markers: "
        "runs with changed probabilities, where every outer point is tied to all inner ones alike, "
        "where the ties between outer and inner points are those of the least perplexity, and "
        "where nothing is left but the averages within outer and inner points and between them.",
        description="Curves of nesting that rise with the perplexity, the same from all starts.",
        section=SECTION,
    )
    yield caption(
        "large-perplexity-planes",
        alignment_by_perplexity(main),
        title="How near t-SNE is to a spectral or a linear map, and to power iteration",
        caption=f"SPHERES, {size:,} points, means over the draws. The smaller canonical "
        "correlation is 1 where one picture is a linear map of the other. Left: with the second "
        "and third eigenvector of the normalised Laplacian of t-SNE’s own probabilities, and with "
        "the first two principal components. Right: when the early exaggeration ends, with the "
        "power iteration from the same start, and how far the points lie from their mean, in "
        "t-SNE’s unit. They start at about 0.0001; far below, rounding alone tells them apart.",
        description="Four panels of curves against perplexity.",
        section=SECTION,
    )
    yield from _prediction(runs, main)


def _prediction(runs: pd.DataFrame, main: pd.DataFrame) -> Iterator[Captioned]:
    unchanged = main[main["run"].str.startswith("start=")]
    fitted, fresh = split_draws(unchanged)
    if (fitted["nesting"] > 0.5).nunique() < 2:
        return
    shown = {"draws that were fitted": fitted, "other draws": fresh}
    if "spheres_2x" in set(runs["kind"]):
        others = runs[(runs["kind"] == "spheres_2x") & runs["run"].str.startswith("start=")]
        shown[dataset_title("spheres_2x")] = others[others["n"] == main_size(runs, "spheres_2x")]
    yield caption(
        "large-perplexity-prediction",
        enclosure_told(shown, _FEATURES, _told(shown)),
        title="What tells whether t-SNE encloses",
        caption="Every run of t-SNE (perplexities, starts, with exaggeration and without): nesting "
        "against what should tell it. Above: the share of runs told right by a logistic regression "
        "(left on all four correlations) on the draws that were fitted, runs that enclose (nesting "
        "above 0.5) and others counting alike; guessing has 0.5.",
        description="Dots: nesting against a canonical correlation, perplexity and evenness.",
        section=SECTION,
    )


def _told(shown: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Say for every feature how many runs it tells right."""
    fitted, *others = shown.values()
    lines = {}
    for feature in _FEATURES:
        taken = _ALIGNMENT if feature == "spectral_2" else (feature,)
        lines[feature] = ["told right by all four:" if len(taken) > 1 else "told right by it:"]
        lines[feature] += [
            f"{name} {text(mean_interval(told_right(fitted, each, taken)))}"
            for name, each in zip(list(shown)[1:], others, strict=True)
        ]
    return lines


def find_large_perplexity(
    results: Results, evidence: Evidence
) -> tuple[MeanInterval, ReportFinding]:
    """Answer why t-SNE shows nested spheres at perplexity 750.

    Returns
    -------
    tuple
        How much nesting the changed ties cost; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the stage has no such numbers or pictures.
    """
    arrays, size = _pictures(results)
    at = f"{_QUESTION}/spheres/n={size}/share={_LARGE:g}"
    ends = {
        "start: PCA": "start=pca/exaggeration=kept",
        "start: noise": "start=random/exaggeration=kept",
        "unexaggerated": "start=random/exaggeration=dropped",
        "ties of few": "ties=least",
    }
    samples = {words: theory_sample(f"{at}/{end}", "nesting") for words, end in ends.items()}
    found = {words: mean(evidence, sample) for words, sample in samples.items()}
    evenness = mean(evidence, theory_sample(at, "evenness"))
    kept = {
        words: arrays[f"share={_LARGE:g}/{end}"].astype(np.float64) for words, end in ends.items()
    }
    usual, changed = samples["start: noise"], samples["ties of few"]
    return difference(evidence, usual, changed), make_finding(
        "large-perplexity",
        "Why does t-SNE show nested spheres at perplexity 750?",
        f"{_answer(found, evenness)} These are clouds of {size:,} points (n = {evenness.n}): "
        f"perplexity {_LARGE * size:g} stands for 750 of {750 / _LARGE:,.0f}.",
        embedding_row(kept, arrays["labels"], outer=int(arrays["labels"].max())),
        "Four pictures: the outer sphere is a ring in three, and in pieces where ties are changed.",
        verdict="even-ties-carry-enclosure",
        figure="large-perplexity-nesting",
        view=_view("random", "pca")
        | {f"{side}-step": f"perplexity {_LARGE * size:g}" for side in ("left", "right")},
        section=SECTION,
    )


def _answer(found: Mapping[str, MeanInterval], evenness: MeanInterval) -> str:
    """Say what carries the enclosure and what does not, as far as nesting shows it."""
    usual, few = found["start: noise"], found["ties of few"]
    others = [found[each] for each in ("start: PCA", "unexaggerated")]
    share = f"{100 * evenness.mean:.0f} %"
    cause = (
        "Because at that perplexity each outer point is tied to so many inner spheres alike: in "
        f"effect to {share} of them."
        if few.high < ENCLOSES < usual.low
        else "This run does not show why. At that perplexity each outer point is tied in effect to "
        f"{share} of the inner spheres."
    )
    is_needless = all(each.low > ENCLOSES for each in (usual, *others))
    start = (
        "The cause is neither the start nor early exaggeration"
        if is_needless
        else "By start and early exaggeration"
    )
    pca, unexaggerated = map(text, others)
    return (
        f"{cause} With ties to a few of these, as at small perplexities, nesting is {text(few)}, "
        f"else {text(usual)}. {start}: nesting is {text(usual)} from noise, {pca} from PCA, and "
        f"{unexaggerated} without exaggeration."
    )


def explore_large_perplexity(params: Params, results: Results) -> Unscored:
    """Return the first draw's pictures from every start, at all perplexities."""
    try:
        arrays, size = _pictures(results)
    except MissingEvidenceError:
        return Unscored((), ())
    labels = arrays["labels"]
    side = ReportInput(_DATASET, 0, 0, labels, arrays["deaths"], outer=int(labels.max()))
    embeddings = []
    for name, points in arrays.items():
        share, _, run = name.partition("/")
        start = run.removeprefix("start=").removesuffix("/exaggeration=kept")
        if start in STARTS:
            perplexity = round(float(share.removeprefix("share=")) * size, 6)
            embeddings.append(tsne_picture(_DATASET, points, start=start, perplexity=perplexity))
    return Unscored((side,), tuple(embeddings))


def _pictures(results: Results) -> tuple[dict[str, NDArray[np.float32]], int]:
    """Return the arrays of the first draw of SPHERES at the main size, and that size."""
    stored = results.question_arrays.get(_QUESTION, {})
    if not stored:
        raise MissingEvidenceError(f"the stage questions has kept no pictures of {_QUESTION}")
    size = main_size(runs_of_tsne(results.questions), "spheres")
    place = f"spheres/n={size}/draw=0/"
    found = {
        name.removeprefix(place): each for name, each in stored.items() if name.startswith(place)
    }
    if not found:
        raise MissingEvidenceError(f"the first draw of {size} points has no pictures")
    return found, size
