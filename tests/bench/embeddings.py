"""t-SNE and UMAP against the libraries' own, with what each of them reaches."""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import euclidean_distances

from tests.bench.clouds import ROOT, images, spheres
from tests.bench.measure import Goal, Number, Ratio, Section, Side, compare
from tests.bench.size import Size
from topo.methods import METHODS
from topo.methods.base import Embedding
from topo.methods.tsne_affinities import joint_probabilities
from topo.methods.tsne_descent import kl_divergence
from topo.methods.umap_graph import neighbour_graph

PERPLEXITIES = (5, 30, 200, 750)
NEIGHBOURS = (15, 50, 300)
UMAP_AIM = 5.0


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
    """Compare UMAP's layout as it is here with umap-learn's, from the same graph and start."""
    section = Section(
        "UMAP",
        "2,000 points, whole fits. Both sides are given the exact neighbours, and have the graph, "
        "start, schedule and random numbers of umap-learn. Beside the times stand the seconds of "
        "the first fit, of 60 points, in a process of its own, imports included.",
    )
    n_points, neighbours = (60, (15,)) if size.smallest else (2000, NEIGHBOURS)
    for name, X in _clouds(n_points, section):
        for n_neighbors in neighbours:
            sides = (_umap_side("umap-learn", "umap_learn", X, n_neighbors),
                     _umap_side("here", "umap", X, n_neighbors))  # fmt: skip
            rounds = 1 if n_neighbors == max(NEIGHBOURS) else size.few_rounds
            ratio = compare(f"{name}, {n_neighbors} neighbours", *sides, rounds=rounds)
            section.ratios.append(ratio)
        if name == "MNIST":
            section.goals.append(_umap_goal(ratio, X, n_neighbors))
    section.numbers += _first_fits()
    return section


def _umap_side(title: str, name: str, X: NDArray[Any], n_neighbors: int) -> Side:
    method, few = METHODS[name](n_neighbors=n_neighbors), METHODS[name](n_neighbors=15)
    return Side(
        title,
        lambda: method.embed(X[:2], X, seed=0),
        lambda: few.embed(X[:2], X[:60], seed=0),
    )


def _umap_goal(ratio: Ratio, X: NDArray[Any], n_neighbors: int) -> Goal:
    graph = neighbour_graph(X, n_neighbors, 0)
    # A pull of the edge and five repulsions.
    steps = 6 * graph.n_epochs * np.sum(1 / graph.edges.interval)
    theirs, own = (1e9 * each / steps for each in (ratio.slower_seconds, ratio.faster_seconds))
    reason = (
        f"a whole fit, graph and start included, takes {own:.1f} ns for each step of a point, "
        f"umap-learn's {theirs:.1f} ns; the aim is from the time of a fault in the graph, which "
        "gave nearly all edges their full weight, and so many more steps"
    )
    what = f"UMAP of MNIST with {n_neighbors} neighbours by umap-learn's"
    return Goal(what, "≥", UMAP_AIM, ratio.ratio, "×", reason)


def _first_fits() -> list[Number]:
    code = (
        "import time, numpy as np; from topo.methods import METHODS; X = np.eye(60); "
        "METHODS['umap'](n_neighbors=15).embed(X, X, seed=0); print(time.process_time())"
    )
    numbers = []
    with TemporaryDirectory() as kept:
        for case in ("first fit on a machine", "first fit in a later process"):
            answer = subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env={**os.environ, "NUMBA_CACHE_DIR": kept},
                capture_output=True,
                text=True,
                check=True,
            )
            numbers.append(Number(case, float(answer.stdout), "s"))
    return numbers


def _clouds(n_points: int, section: Section) -> list[tuple[str, NDArray[Any]]]:
    found = [("SPHERES", spheres(n_points).X)]
    try:
        found.append(("MNIST", images(n_points).X))
    except FileNotFoundError as error:
        section.skipped.append(f"MNIST: {error}")
    return found
