from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from topo.homology import scaling
from topo.homology.distances import SLICED_DIRECTIONS, bottleneck, sliced_wasserstein, wasserstein
from topo.homology.scaling import scale
from topo.metrics import diagram as module
from topo.metrics.base import Comparison, Metric
from topo.metrics.compute.space import Space
from topo.metrics.diagram import DIAGRAM_METRICS

EMPTY = np.empty((0, 2))
BY_KEY = {(metric.name, metric.scaling): metric for metric in DIAGRAM_METRICS}
DISTANCES = {
    "bottleneck": bottleneck,
    "sliced_wasserstein": lambda D, E: sliced_wasserstein(D, E, n_directions=SLICED_DIRECTIONS),
    "wasserstein_1": lambda D, E: wasserstein(D, E, order=1),
    "wasserstein_2": lambda D, E: wasserstein(D, E, order=2),
}


def identify(metric: Metric) -> str:
    return f"{metric.name}-{metric.scaling}"


def compare(X: np.ndarray, Z: np.ndarray) -> Comparison:
    return Comparison(Space.of(X), Space.of(Z))


def clouds() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 6)), 0.1 * rng.normal(size=(60, 2))


def value(comparison: Comparison, name: str, scaling: str = "raw") -> float:
    return BY_KEY[name, scaling].compute(comparison)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(*clouds())


def test_every_entry_is_unique_and_has_its_direction():
    assert len(BY_KEY) == len(DIAGRAM_METRICS)
    for metric in DIAGRAM_METRICS:
        is_distance = metric.name in DISTANCES and metric.scaling != "empty"
        assert metric.direction == ("lower" if is_distance else "none")
        assert metric.dimension == (1 if "_h1_" in metric.name else 0)
        assert metric.requires is None
    scalings = {"raw", "sum", "max", "empty"}
    for name in DISTANCES:
        expected = scalings | ({"best"} if name in ("bottleneck", "sliced_wasserstein") else set())
        assert {scaling for key, scaling in BY_KEY if key == name} == expected


@pytest.mark.parametrize("metric", DIAGRAM_METRICS, ids=identify)
def test_metrics_are_finite_floats_and_pickle(metric: Metric, comparison: Comparison):
    computed = pickle.loads(pickle.dumps(metric)).compute(comparison)
    assert type(computed) is float
    assert metric.low <= computed <= metric.high
    assert np.isfinite(computed)


@pytest.mark.parametrize("name", DISTANCES)
@pytest.mark.parametrize("scaling", ["raw", "sum", "max"])
def test_distances_are_those_of_the_scaled_diagrams(name: str, scaling: str, comparison):
    D, E = comparison.input.diagrams[0], comparison.latent.diagrams[0]
    expected = DISTANCES[name](scale(D, scaling), scale(E, scaling))
    assert value(comparison, name, scaling) == expected


def test_hand_values_on_the_line():
    # Gaps 1, 2, 4 and 3, 1, 1.
    comparison = compare(np.array([[0.0], [1], [3], [7]]), np.array([[0.0], [3], [4], [5]]))
    assert value(comparison, "bottleneck") == 1
    assert value(comparison, "wasserstein_1") == 2
    assert value(comparison, "wasserstein_2") == pytest.approx(np.sqrt(2))
    assert value(comparison, "bottleneck", "empty") == 2
    assert value(comparison, "wasserstein_1", "empty") == 3.5
    assert value(comparison, "bottleneck", "max") == pytest.approx(2 / 4 - 1 / 3)
    assert value(comparison, "input_max_death") == 4
    assert value(comparison, "latent_max_death") == 3
    assert value(comparison, "latent_total_persistence") == 5
    assert value(comparison, "matched_share") == 1
    assert value(comparison, "latent_h1_max_persistence") == 0
    assert value(comparison, "latent_h1_total_persistence") == 0


@pytest.mark.parametrize("name", DISTANCES)
def test_empty_depends_on_the_input_alone(name: str, comparison: Comparison):
    expected = DISTANCES[name](comparison.input.diagrams[0], EMPTY)
    assert value(comparison, name, "empty") == expected
    collapsed = compare(clouds()[0], np.zeros((60, 2)))
    assert value(collapsed, name, "empty") == expected
    assert value(collapsed, name, "raw") == pytest.approx(expected)


@pytest.mark.parametrize("name", ["bottleneck", "sliced_wasserstein"])
def test_best_beats_raw_and_empty_and_has_its_factor(name: str, comparison: Comparison):
    best, factor = value(comparison, name, "best"), value(comparison, f"{name}_factor", "best")
    assert best < min(value(comparison, name), value(comparison, name, "empty"))
    D, E = comparison.input.diagrams[0], comparison.latent.diagrams[0]
    assert DISTANCES[name](D, factor * E) == best


def test_both_halves_of_a_search_cost_one(monkeypatch, comparison: Comparison):
    calls = []

    def search(D, E):
        calls.append(1)
        return scaling.best_bottleneck_factor(D, E)

    monkeypatch.setitem(module.BEST_FACTORS, "bottleneck", search)
    module._remembered_best.cache_clear()
    for _ in range(3):
        value(comparison, "bottleneck", "best")
        value(comparison, "bottleneck_factor", "best")
    assert len(calls) == 1
    value(compare(*clouds()[::-1]), "bottleneck", "best")
    assert len(calls) == 2


@pytest.mark.parametrize("metric", DIAGRAM_METRICS, ids=identify)
def test_identity_is_perfect_and_motions_change_nothing(metric: Metric):
    X = clouds()[1]
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    order = np.random.default_rng(1).permutation(len(X))
    same = metric.compute(compare(X, X))
    if metric.direction == "lower":
        assert same == pytest.approx(0, abs=1e-6)
    if metric.name == "matched_share":
        assert same == pytest.approx(1)
    moved = metric.compute(compare(X, (X @ rotation + 5)[order]))
    assert moved == pytest.approx(same, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("metric", DIAGRAM_METRICS, ids=identify)
def test_metrics_without_scale_ignore_the_scale_of_the_embedding(metric: Metric, comparison):
    X, Z = clouds()
    larger = metric.compute(compare(X, 7 * Z))
    unchanged = metric.compute(comparison)
    if metric.name.endswith("_factor"):
        assert larger == pytest.approx(unchanged / 7, rel=1e-4)
    elif metric.scaling in ("sum", "max", "best", "empty") or metric.name == "input_max_death":
        assert larger == pytest.approx(unchanged, rel=1e-4)
    elif metric.name.startswith("latent_"):
        assert larger == pytest.approx(7 * unchanged, rel=1e-6)
    elif metric.name != "bottleneck":  # raw, it may see the input's largest death alone
        assert larger != pytest.approx(unchanged, rel=1e-3)


def test_a_small_embedding_matches_nothing_raw():
    X, Z = clouds()
    tiny = compare(X, 1e-3 * Z)
    assert value(tiny, "matched_share") == 0
    assert value(tiny, "bottleneck") == value(tiny, "bottleneck", "empty")
    assert value(tiny, "matched_share", "sum") > 0.5


def test_loops_of_a_circle_with_and_without_its_diagram():
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    both = np.concatenate([circle, 2 * circle + 10])
    # Planar or not: in space the same circles have the loops of the Vietoris–Rips filtration.
    for points, death in ((both, 4.0), (np.pad(both, ((0, 0), (0, 1))), 4 * np.sin(np.pi / 3))):
        comparison = Comparison(Space.of(circle), Space.of(points))
        largest = value(comparison, "latent_h1_max_persistence")
        assert largest == pytest.approx(death - 4 * np.sin(np.pi / 12), rel=1e-5)
        total = value(comparison, "latent_h1_total_persistence")
        assert total == pytest.approx(1.5 * largest, rel=0.01)  # the other one is half as large


def test_a_diagram_in_dimension_one_is_not_computed_again():
    space = Space.of(clouds()[1])
    known = replace(space, diagrams={**space.diagrams, 1: np.array([[1.0, 3.0], [2.0, 5.0]])})
    comparison = Comparison(space, known)
    assert value(comparison, "latent_h1_max_persistence") == 3
    assert value(comparison, "latent_h1_total_persistence") == 5


@pytest.mark.parametrize("metric", DIAGRAM_METRICS, ids=identify)
def test_equal_points_have_defined_values(metric: Metric):
    X = clouds()[0]
    point, other = np.zeros((60, 2)), np.ones((60, 2))
    for comparison in (compare(X, point), compare(point, X), compare(point, other)):
        assert np.isfinite(metric.compute(comparison))


@pytest.mark.parametrize("metric", DIAGRAM_METRICS, ids=identify)
def test_a_missing_diagram_is_named(metric: Metric):
    space = Space.of(clouds()[1], dimensions=())
    if metric.dimension == 1:
        assert metric.compute(Comparison(space, space)) >= 0
    else:
        with pytest.raises(ValueError, match=r"need dimension 0, got dimensions \(\)"):
            metric.compute(Comparison(space, space))
