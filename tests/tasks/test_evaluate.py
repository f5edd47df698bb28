"""The unit that scores an embedding: what it keeps beside the scores."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.evaluate import DIAGRAMS, Subsampling, evaluate_embedding, make_reference
from tasks.result import Result
from topo.homology.planar import planar_loops
from topo.metrics import Score
from topo.metrics.sampled import evaluate_sampled

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 6))
ROWS = np.arange(20, 260)
Z = X[ROWS, :2] + 0.3 * RNG.normal(size=(len(ROWS), 2))
LABELS = RNG.integers(0, 3, len(ROWS))
NAMES = ["rmse", "sliced_wasserstein", "nesting", "reconstruction_error"]


def scores(subsampling: Subsampling | None) -> tuple[list[Score], dict[str, np.ndarray]]:
    result = evaluate_embedding(
        parts=[DIAGRAMS, *NAMES],
        scalars={"reconstruction_error": 0.5},
        outer=None,
        reference=make_reference(X, ROWS, subsampling),
        embedding=Z,
        labels=LABELS,
    )
    assert set(result.values) == {DIAGRAMS, *NAMES}
    found = [Score(*score) for name in NAMES for score in result.values[name]]
    return found, {name.partition("/")[2]: array for name, array in result.arrays.items()}


def test_all_points_are_compared_where_nothing_is_sampled() -> None:
    found, diagrams = scores(None)
    assert {score.reason for score in found if score.status == "ok"} == {""}
    assert diagrams["diagram_0"].shape == diagrams["input_diagram_0"].shape == (239, 2)


def test_estimates_are_means_over_subsamples_and_say_so() -> None:
    found, diagrams = scores(Subsampling(n_points=40, n_samples=5, seed=7))
    expected = evaluate_sampled(
        X[ROWS], Z, NAMES, n_points=40, n_samples=5, seed=7, labels=LABELS,
        scalars={"reconstruction_error": 0.5},
    )  # fmt: skip
    values = [score.value for score in found]
    np.testing.assert_array_equal(values, [each.score.value for each in expected])
    assert diagrams["diagram_0"].shape == (39, 2)
    for score, estimate in zip(found, expected, strict=True):
        if score.metric == "nesting":
            assert (score.status, score.reason) == (estimate.score.status, estimate.score.reason)
        elif score.metric == "reconstruction_error":
            assert (score.value, score.reason) == (0.5, "")  # measured on all points
        else:
            assert score.reason == (
                "estimated: mean over 5 disjoint random subsamples of 40 of 240 points, "
                f"standard error {estimate.standard_error:.2g}"
            )


def test_input_of_subsamples_is_measured_once() -> None:
    reference = make_reference(X, ROWS, Subsampling(n_points=40, n_samples=5, seed=7))
    assert reference.n_points == 240
    assert [len(space.points) for space in reference.spaces] == [40] * 5
    with pytest.raises(ValueError, match="need 400 points, got 240"):
        make_reference(X, ROWS, Subsampling(n_points=80, n_samples=5, seed=7))


ANGLES = 2 * np.pi * np.arange(20) / 20
CIRCLE = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])


def evaluated(*metrics: str) -> Result:
    return evaluate_embedding(
        parts=[DIAGRAMS, *metrics],
        scalars={},
        outer=None,
        reference=make_reference(CIRCLE, np.arange(20)),
        embedding=CIRCLE,
        labels=np.zeros(20, dtype=np.int64),
    )


@pytest.mark.parametrize("metric", ["latent_h1_max_persistence", "latent_h1_total_persistence"])
def test_loops_are_kept_where_a_metric_asks_for_them(metric: str) -> None:
    kept = evaluated("rmse", metric).arrays
    own = f"{metric}/diagram_1"
    assert set(kept) == {f"{DIAGRAMS}/diagram_0", f"{DIAGRAMS}/input_diagram_0", own}
    np.testing.assert_array_equal(kept[own], planar_loops(CIRCLE))
    births, deaths = kept[own].T
    assert (deaths - births).max() > 1.5


def test_loops_are_not_computed_for_other_metrics() -> None:
    sides = {f"{DIAGRAMS}/diagram_0", f"{DIAGRAMS}/input_diagram_0"}
    assert set(evaluated("rmse", "bottleneck").arrays) == sides
