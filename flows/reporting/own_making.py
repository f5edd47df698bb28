"""Figures of clusters of the method's own making and of training on many points, and a finding."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from flows.reporting.captioned import Captioned, caption, describe_network, describe_question
from flows.reporting.outcomes import make_finding
from flows.reporting.results import Results
from flows.reporting.samples import difference, mean, text
from topo.figures import (
    Clustered,
    cluster_counts,
    cluster_grid,
    training_by_batch,
)
from topo.inference import MeanInterval, mean_interval
from topo.names import dataset_title, method_title
from topo.params import Params
from topo.questions.counted import NULL, quantity
from topo.report import ReportFinding
from topo.statements import Evidence, MissingEvidenceError
from topo.statements.claims.artificial import LEAST, PROMINENCE
from topo.statements.samples import theory_sample

SECTION = "questions"
_CLUSTERS, _LARGE_SCALE = "clusters", "large_scale"
_COUNTED = quantity(PROMINENCE, LEAST)
_WITHOUT = {"ball": "ball", "sheet": "curved sheet"}


def _source_title(source: str) -> str:
    if source.endswith(NULL):
        return f"{dataset_title(source.removesuffix(NULL))}, its null"
    return _WITHOUT.get(source) or dataset_title(source)


def _rows(results: Results, question: str) -> pd.DataFrame:
    rows = results.questions
    return rows[(rows["experiment"] == question) & (rows["status"] == "ok")]


def draw_own_making(params: Params, results: Results) -> Iterator[Captioned]:
    """Draw clusters and their numbers, and training on many points."""
    rows = _rows(results, _CLUSTERS)
    counted = rows[rows["quantity"] == _COUNTED]
    pictures = _pictures(results)
    if pictures and not counted.empty:
        rule = (
            f"Clusters are peaks of the density of at least {100 * LEAST:g} % of the points, at "
            f"least {PROMINENCE:g} times as dense as the pass to a higher one. A null is normal "
            "points with the same mean and covariance; ball and sheet are filled evenly."
        )
        yield caption(
            "clusters-pictures",
            cluster_grid(pictures),
            title="Clusters, and data that have none",
            caption=f"The first draw of each, on its own scale. {rule} Every cluster has a colour; "
            f"grey points are in none. {describe_question(params, _CLUSTERS)}",
            description="Rows of pictures: images and sheet fall into pieces, nulls and ball not.",
            section=SECTION,
        )
        yield caption(
            "clusters-counts",
            cluster_counts(_counts(counted)),
            title="How many clusters each method draws",
            caption=f"Over draws, or samples without a point in common. {rule} Hyperparameters as "
            "above.",
            description="Dots with intervals: far above 1 for images and sheet, else at 1.",
            section=SECTION,
        )
    trained = _rows(results, _LARGE_SCALE)
    if not trained.empty:
        yield caption(
            "large-scale-training",
            training_by_batch(_by_batch(trained)),
            title="What the topological term costs and brings on many points",
            caption="One epoch on SPHERES made in blocks. Left: the term's share of all "
            "multiplications, the same whatever the number of points; at the grey line it is as "
            "much work as the network. Right: the topological loss per point of TopoAE divided by "
            "AE's on points that neither has seen; below the grey line the term works. "
            + describe_network("topoae", params.questions.experiments.get(_LARGE_SCALE)),
            description="Two panels of curves against the batch size, for each number of points.",
            section=SECTION,
        )


def _counts(counted: pd.DataFrame) -> dict[str, dict[str, MeanInterval]]:
    counts: dict[str, dict[str, MeanInterval]] = {}
    for case, of_case in counted.groupby("case", sort=False):
        source, _, method = str(case).partition("/")
        of_source = counts.setdefault(_source_title(source), {})
        of_source[method_title(method)] = mean_interval(of_case["value"])
    return counts


def _pictures(results: Results) -> dict[str, dict[str, Clustered]]:
    """Return the first pictures of every source by method, as far as all are there."""
    arrays = results.question_arrays.get(_CLUSTERS, {})
    pictures: dict[str, dict[str, Clustered]] = {}
    for name, clusters in arrays.items():
        source, _, method, counted = name.split("/") if name.count("/") == 3 else [""] * 4
        if counted == _COUNTED:
            points = arrays[name.removesuffix(f"/{counted}")]
            shown = pictures.setdefault(method_title(method), {})
            shown[_source_title(source)] = Clustered(points, clusters)
    sources = {source for each in pictures.values() for source in each}
    return {method: each for method, each in pictures.items() if each.keys() == sources}


def _by_batch(trained: pd.DataFrame) -> pd.DataFrame:
    by_case = trained.pivot(index="case", columns="quantity", values="value").reset_index()
    places = by_case["case"].str.extract(r"n=(?P<n>\d+)/batch=(?P<batch>\d+)").astype(int)
    return pd.concat([places, by_case.drop(columns="case")], axis=1)


def find_own_making(results: Results, evidence: Evidence) -> tuple[MeanInterval, ReportFinding]:
    """Answer whether t-SNE's clusters of MNIST are artificial.

    Returns
    -------
    tuple
        By how many its clusters exceed those of the null; the finding.

    Raises
    ------
    MissingEvidenceError
        Where the stage has no such numbers or pictures.
    """
    of_tsne = _pictures(results).get(method_title("tsne"), {})
    sources = ("mnist", "mnist" + NULL, "sheet")
    samples = {each: theory_sample(f"clusters/{each}/tsne", _COUNTED) for each in sources}
    found = {source: mean(evidence, sample) for source, sample in samples.items()}
    titles = [_source_title(each) for each in sources]
    if not set(titles) <= of_tsne.keys():
        raise MissingEvidenceError("the stage questions has kept no pictures of clusters")
    excess = difference(evidence, samples["mnist"], samples["mnist" + NULL])
    of_mnist, of_null, of_sheet = map(_told, found.values())
    return excess, make_finding(
        "clusters",
        "Are the clusters that t-SNE draws artificial?",
        f"{_answer(excess, found['sheet'])} It draws {of_mnist} clusters of MNIST. The null of "
        "MNIST is one cloud of random points, spread as MNIST is, by mean and covariance, and "
        f"without its groups: of that t-SNE draws {of_null}. A curved sheet, evenly filled, is one "
        f"piece: of that it draws {of_sheet}. For either, 1 would be right.",
        cluster_grid({method_title("tsne"): {each: of_tsne[each] for each in titles}}).figure,
        "Three pictures by t-SNE with their clusters coloured: MNIST, its null, a curved sheet.",
        verdict="tsne-clusters-artificial",
        figure="clusters-counts",
        section=SECTION,
    )


def _answer(excess: MeanInterval, of_sheet: MeanInterval) -> str:
    """Say whether its clusters are the data's, and whether it makes some itself, by intervals."""
    real = (
        "Not those of MNIST: it draws fewer of random points that are spread alike."
        if excess.low > 0
        else "It is not shown that those of MNIST are not."
    )
    own = (
        "But it draws several of a sheet that is one piece."
        if of_sheet.low > 1
        else "That it draws several of a sheet that is one piece is not shown."
    )
    return f"{real} {own}"


def _told(number: MeanInterval) -> str:
    return text(number) if number.half_width else f"{number.mean:g}"
