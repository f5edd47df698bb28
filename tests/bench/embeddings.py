"""t-SNE and UMAP against the libraries' own ways, with what each of them reaches."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

from tests.bench.clouds import images, spheres
from tests.bench.measure import Number, Section, Side, compare
from tests.bench.size import Size
from topo.methods import METHODS
from topo.methods.base import Embedding
from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import kl_divergence

PERPLEXITIES = (5, 30, 200, 750)


def tsne(size: Size) -> Section:
    """Compare t-SNE over all pairs with scikit-learn's Barnes–Hut t-SNE."""
    section = Section(
        "t-SNE",
        "2,000 points, the schedule of scikit-learn's defaults. Beside the times stand the final "
        "KL divergences, both to the exact probabilities of all pairs: lower is better.",
    )
    n_points, perplexities = (60, (5,)) if size.smallest else (2000, PERPLEXITIES)
    for name, X in _clouds(n_points, section):
        for perplexity in perplexities:
            _compare(section, f"{name}, perplexity {perplexity}", X, perplexity)
    return section


def _compare(section: Section, case: str, X: NDArray[Any], perplexity: float) -> None:
    kept: dict[str, Embedding] = {}

    def run(name: str) -> None:
        kept[name] = METHODS[name](perplexity=perplexity).embed(X[:2], X, seed=0)

    def side(title: str, name: str) -> Side:
        few = METHODS[name](perplexity=5)
        return Side(title, lambda: run(name), lambda: few.embed(X[:2], X[:50], seed=0))

    sides = side("Barnes–Hut", "tsne_barnes_hut"), side("all pairs", "tsne")
    section.ratios.append(compare(case, *sides, rounds=1))
    P = joint_probabilities(euclidean_distances(X, squared=True), perplexity)
    for title, name in (("all pairs", "tsne"), ("Barnes–Hut", "tsne_barnes_hut")):
        kl = kl_divergence(P, kept[name].points.astype(np.float32))
        section.numbers.append(Number(f"{case}: KL of {title}", kl, ""))


def umap(size: Size) -> Section:
    """Compare UMAP, given its exact neighbours, with umap-learn's own way of finding them."""
    section = Section(
        "UMAP",
        "2,000 points, 15 neighbours. Below 4,096 points umap-learn measures every distance by a "
        "Python call; the embeddings of both sides have the same bits.",
    )
    n_points = 60 if size.smallest else 2000
    for name, X in _clouds(n_points, section):
        sides = (
            Side("umap-learn's own way", partial(_umap_learn, X), partial(_umap_learn, X[:60])),
            Side("neighbours given", partial(_neighbours_given, X),
                 partial(_neighbours_given, X[:60])),
        )  # fmt: skip
        section.ratios.append(compare(name, *sides, rounds=size.few_rounds))
    return section


def _umap_learn(X: NDArray[Any]) -> object:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        import umap
    return umap.UMAP(n_neighbors=15, random_state=0, transform_seed=0, n_jobs=1).fit_transform(X)


def _neighbours_given(X: NDArray[Any]) -> object:
    return METHODS["umap"](n_neighbors=15).embed(X[:2], X, seed=0)


def _clouds(n_points: int, section: Section) -> list[tuple[str, NDArray[Any]]]:
    found = [("SPHERES", spheres(n_points).X)]
    try:
        found.append(("MNIST", images(n_points).X))
    except FileNotFoundError as error:
        section.skipped.append(f"MNIST: {error}")
    return found
