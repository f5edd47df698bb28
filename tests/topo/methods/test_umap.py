"""UMAP's layout against plain loops of the published update, and against umap-learn's."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from tests.bench.clouds import spheres
from topo.methods import METHODS, umap_graph
from topo.methods.umap_graph import Graph, neighbour_graph
from topo.methods.umap_layout import A, B, Edges, State, lay_out, learning_rate, move
from topo.methods.umap_library import umap_learn
from topo.methods.umap_neighbours import nearest_neighbours
from topo.metrics import Comparison, Space, evaluate

Points = NDArray[np.float32]


def points_of(state: State) -> Points:
    return np.column_stack([state.x, state.y])


def small_graph(n: int = 200, n_neighbors: int = 8) -> Graph:
    return neighbour_graph(spheres(n).X, n_neighbors, 0)


# --- one update ---


def plain_epoch(state: State, edges: Edges, epoch: int, rate: float) -> NDArray[np.float64]:
    """The update of McInnes, Healy and Melville, section 4.2, in double precision; it draws."""
    points = points_of(state).astype(np.float64)

    def step(j: int, k: int, force: float) -> NDArray[np.float64]:
        return rate * np.clip(force * (points[j] - points[k]), -4, 4)

    def squared_distance(j: int, k: int) -> float:
        return float(np.square(points[j] - points[k]).sum())

    for i, (j, k) in enumerate(zip(edges.head, edges.tail, strict=True)):
        if state.due[i] > epoch:
            continue
        d = squared_distance(j, k)
        if d > 0:
            pull = step(j, k, -2 * A * B * d ** (B - 1) / (1 + A * d**B))
            points[j] += pull
            points[k] -= pull
        for _ in range(int((epoch - state.due_repulsion[i]) / (edges.interval[i] / 5))):
            k = plain_draw(state.draws[j]) % len(points)
            if k != j:
                d = squared_distance(j, k)
                points[j] += step(j, k, 2 * B / ((0.001 + d) * (1 + A * d**B)))
    return points


def plain_draw(state: NDArray[np.int64]) -> int:
    """L'Ecuyer's combined Tausworthe generator of period 2^88; its bits are a signed number."""
    for i, (mask, left, small, right) in enumerate(
        [(0xFFFFFFFE, 12, 13, 19), (0xFFFFFFF8, 4, 2, 25), (0xFFFFFFF0, 17, 3, 11)]
    ):
        s = int(state[i])
        state[i] = ((s & mask) << left) % 2**32 ^ ((s << small) % 2**32 ^ s) >> right
    bits = int(state[0] ^ state[1] ^ state[2]) % 2**32
    return bits - 2**32 if bits >= 2**31 else bits


def umap_learns_epoch(state: State, edges: Edges, epoch: int, rate: float) -> Points:
    """Its points; the rest of the state is changed in place."""
    points, zero = points_of(state), np.zeros(1, np.float32)
    umap_learn().layouts._nb_optimize_layout_euclidean_single_epoch(
        *(points, points, edges.head, edges.tail, len(points), edges.interval, A, B, state.draws),
        *(1.0, 2, True, rate, edges.interval / 5, state.due_repulsion, state.due, epoch),
        *(False, zero, zero, 0, 0, 0, 0, zero, zero, 0),
    )
    return points


def copy_of(state: State) -> State:
    return State(*(each.copy() for each in state))


@pytest.mark.parametrize("reference", [plain_epoch, umap_learns_epoch])
@pytest.mark.parametrize("n_repulsions", [0, 1])
def test_one_update_is_the_published_one(reference: Any, n_repulsions: int) -> None:
    rng = np.random.default_rng(0)
    steps = []
    for _ in range(500):
        n = int(rng.integers(2, 40))
        start = (5 + 10 ** rng.uniform(-3, 1) * rng.normal(size=(n, 2))).astype(np.float32)
        head, tail = rng.choice(n, (2, 1), replace=False).astype(np.int32)
        # At one place the ends of the edge do not attract, and its repulsion alone is seen.
        start[tail] = start[head] if n_repulsions else start[tail]
        edges = Edges(head, tail, np.ones(1))
        state = State.of(start, edges, rng.integers(-(2**31), 2**31, 3))
        state.due_repulsion[0] = 0.9 - 0.2 * n_repulsions
        expected_state = copy_of(state)
        expected = reference(expected_state, edges, 1, 1.0)
        move(state, edges, 1, 1.0)
        np.testing.assert_allclose(points_of(state), expected, rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(state.draws, expected_state.draws)
        steps.append(np.abs(expected - start).max())
    # Steps that are cut and steps that are not.
    assert max(steps) == pytest.approx(4 if n_repulsions else 1.1, rel=0.1)
    assert np.median(steps) < 3


def test_points_at_one_place_stay_there_and_a_point_does_not_repel_itself() -> None:
    edges = Edges(np.array([0, 1], np.int32), np.array([1, 0], np.int32), np.ones(2))
    start = np.full((2, 2), 3.0, np.float32)
    end = lay_out(start, edges, np.array([1, 2, 3]), 20)
    np.testing.assert_array_equal(end, start)


# --- epochs ---


@pytest.mark.parametrize("reference", [plain_epoch, umap_learns_epoch])
@pytest.mark.parametrize("epoch", [495, 499])
def test_one_epoch_is_the_published_one(reference: Any, epoch: int) -> None:
    """Late, when steps are small: before, the last bit of a point moves others by as far as 10."""
    graph = small_graph(500, 15)
    state = State.of(graph.start, graph.edges, graph.draws)
    for earlier in range(epoch):
        move(state, graph.edges, earlier, learning_rate(earlier, 500))
    before, expected_state, rate = points_of(state), copy_of(state), learning_rate(epoch, 500)
    expected = reference(expected_state, graph.edges, epoch, rate)
    move(state, graph.edges, epoch, rate)
    assert np.abs(expected - before).max() > 0.05
    np.testing.assert_allclose(points_of(state), expected, rtol=0, atol=1e-4)
    np.testing.assert_array_equal(state.draws, expected_state.draws)


def test_schedule_and_random_numbers_are_umap_learns_to_the_end() -> None:
    """In its own order of the edges: which numbers are drawn depends on the schedule alone."""
    graph = small_graph()
    head, tail, interval = graph.edges
    order = np.lexsort((tail, head))
    theirs = Edges(head[order], tail[order], interval[order])
    assert (order != np.arange(len(order))).any()
    state = State.of(graph.start, graph.edges, graph.draws)
    expected = State.of(graph.start, theirs, graph.draws)
    for epoch in range(500):
        move(state, graph.edges, epoch, learning_rate(epoch, 500))
        umap_learns_epoch(expected, theirs, epoch, learning_rate(epoch, 500))
    np.testing.assert_array_equal(state.draws, expected.draws)
    np.testing.assert_allclose(state.due[order], expected.due, rtol=1e-12)
    np.testing.assert_allclose(state.due_repulsion[order], expected.due_repulsion, rtol=1e-12)


# The approximate neighbours take half a minute to compile.
@pytest.mark.parametrize("approximate", [False, pytest.param(True, marks=pytest.mark.proof)])
def test_graph_start_and_seed_are_umap_learns(
    monkeypatch: pytest.MonkeyPatch, approximate: bool
) -> None:
    library = umap_learn()
    given: list[Any] = []

    def keep(points: Points, *others: Any, **options: Any) -> Points:
        given.extend([points.copy(), *others, options])
        return points

    monkeypatch.setattr(library.umap_, "optimize_layout_euclidean", keep)
    monkeypatch.setattr(umap_graph, "FEW_POINTS", 0 if approximate else 4096)
    X = np.round(spheres(300).X, 1)
    graph = neighbour_graph(X, 8, 3)
    options = {"n_neighbors": 8, "random_state": 3, "n_jobs": 1}
    library.UMAP(**options, force_approximation_algorithm=approximate).fit(X)
    start, _, head, tail, n_epochs, n, interval, a, b, draws, *rates, options = given
    np.testing.assert_array_equal(graph.start, start)
    np.testing.assert_array_equal(graph.draws, draws)
    order = np.lexsort((head, tail))
    for own, theirs in zip(graph.edges, (head, tail, interval), strict=True):
        np.testing.assert_array_equal(own, theirs[order])
    assert (n_epochs, n, rates) == (graph.n_epochs, 300, [1.0, 1.0, 5])
    assert (a, b) == pytest.approx((A, B), rel=1e-9)
    assert options["move_other"]


def test_learning_rate_and_first_state_are_umap_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    layouts, graph, rates = umap_learn().layouts, small_graph(60), []
    expected = State.of(graph.start, graph.edges, graph.draws)

    def keep(*given: Any) -> None:
        rates.append(given[12])
        for own, theirs in ((expected.draws, 8), (expected.due_repulsion, 14), (expected.due, 15)):
            np.testing.assert_array_equal(own, given[theirs])

    monkeypatch.setattr(
        layouts, "_get_optimize_layout_euclidean_single_epoch_fn", lambda parallel: keep
    )
    head, tail, interval = graph.edges
    layouts.optimize_layout_euclidean(
        *(graph.start, graph.start, head, tail, 4, 60, interval, A, B, graph.draws)
    )
    assert rates == [learning_rate(epoch, 4) for epoch in range(4)] == [1.0, 1.0, 0.75, 0.5]


@pytest.mark.parametrize("unit", [0.1, 1.0, 1e3])
def test_every_points_weights_sum_to_the_logarithm_of_its_neighbours(unit: float) -> None:
    X = unit * spheres(100).X
    _, distances = nearest_neighbours(X, 8)
    search = umap_learn().umap_.smooth_knn_dist
    bandwidths, nearest = search(distances.astype(np.float32), 8.0)
    assert np.isfinite(bandwidths).all()
    weights = np.exp(-(distances[:, 1:] - nearest[:, None]) / bandwidths[:, None])
    np.testing.assert_allclose(weights.sum(axis=1), np.log2(8), rtol=1e-3)


# --- whole fits ---

PROGRAM = """
import hashlib, numpy as np
from topo.methods.umap_layout import Edges, lay_out
start = np.random.default_rng(0).uniform(0, 10, (100, 2)).astype(np.float32)
head, tail = np.nonzero(~np.eye(100, dtype=bool))
edges = Edges(head.astype(np.int32), tail.astype(np.int32), 1 + (head + tail) % 7.5)
end = lay_out(start, edges, np.array([1, 2, 3]), 100)
print(np.isfinite(end).all(), hashlib.sha256(end).hexdigest())
"""


def test_every_processor_gives_the_same_bits() -> None:
    """One without AVX and FMA, one with them, and this one."""
    found = set()
    for name, features in (("nehalem", ""), ("haswell", "+avx2,+fma"), ("", "")):
        target = {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features} if name else {}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **target},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout)
    assert len(found) == 1 and found.pop().startswith("True")


def test_umap_learn_is_umap_learns() -> None:
    theirs = umap_learn().UMAP(n_neighbors=8, random_state=3, transform_seed=3, n_jobs=1)
    X = np.round(spheres(80).X, 1)  # with equal distances
    embedding = METHODS["umap_learn"](n_neighbors=8).embed(X[:2], X, seed=3)
    np.testing.assert_array_equal(embedding.points, theirs.fit_transform(X))


MEASURED = ("trustworthiness", "kl_0.1", "sliced_wasserstein")


def measured(name: str, X: NDArray[Any], n_neighbors: int, n_seeds: int) -> NDArray[np.float64]:
    space = Space.of(X)
    rows = []
    for seed in range(n_seeds):
        embedding = METHODS[name](n_neighbors=n_neighbors).embed(X[:2], X, seed=seed)
        scores = evaluate(Comparison(space, Space.of(embedding.points)), list(MEASURED))
        by_name = {(each.metric, each.scaling): each.value for each in scores}
        rows.append([by_name[metric, "raw"] for metric in MEASURED])
    return np.array(rows)


def check_alike(X: NDArray[Any], n_neighbors: int, n_seeds: int) -> None:
    """The means over seeds differ by less than two of umap-learn's seeds do on average."""
    own, theirs = (measured(name, X, n_neighbors, n_seeds) for name in ("umap", "umap_learn"))
    apart = np.mean([np.abs(a - b) for a, b in combinations(theirs, 2)], axis=0)
    assert (np.abs(own.mean(axis=0) - theirs.mean(axis=0)) < apart).all(), (own, theirs)


def test_embeddings_are_as_good_as_umap_learns() -> None:
    check_alike(load_digits().data[:400], n_neighbors=15, n_seeds=4)


@pytest.mark.proof
@pytest.mark.parametrize("n_neighbors", [15, 100])
@pytest.mark.parametrize("kind", ["spheres", "digits"])
def test_embeddings_of_many_seeds_are_as_good_as_umap_learns(kind: str, n_neighbors: int) -> None:
    """Of thirty: ten do not tell 1 % of kl_0.1 (SPHERES, 100 neighbours) from chance."""
    X = spheres(1000).X if kind == "spheres" else load_digits().data[:1000]
    check_alike(X, n_neighbors=n_neighbors, n_seeds=30)


FIRST_FIT = """
import numpy as np
from topo.methods import METHODS
from topo.methods.umap_library import umap_learn
from topo.methods.umap_neighbours import nearest_neighbours
METHODS["umap"](n_neighbors=5).embed(np.eye(20), np.eye(20), seed=0)
functions = [umap_learn().umap_.smooth_knn_dist, umap_learn().umap_.compute_membership_strengths]
print(sum(len(each.nopython_signatures) for each in functions), end=" ")
print(sum(sum(each.stats.cache_misses.values()) for each in functions))
"""


def test_a_later_process_compiles_nothing_of_umap_learn() -> None:
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", FIRST_FIT], capture_output=True, text=True)
    assert run.stdout == "2 0\n", run.stderr
