"""Experiments with any parameters that they take: finite numbers, each under its own name."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.topo.strategies import at_most, attempt
from topo.theory import EXPERIMENTS
from topo.theory.subsamples import diagram_hausdorff, largest_violation, share_above

few, several = st.integers(1, 2), st.integers(2, 8)
length = st.sampled_from([1e-6, 0.3, 1.0, 1.0, 25.0, 1e6])
#: What no parameter may be; drawn now and then in place of a good value.
bad = st.sampled_from([0, -1, 0.5, math.nan, math.inf, 1e308, 5e-324, "x", None, [], [math.nan]])
spheres = st.fixed_dictionaries(
    {
        **{name: few for name in ("n_inner", "n_points_per_inner")},
        "n_outer": several,
        "dimension": st.integers(2, 3),
        "inner_radius": st.sampled_from([1e-6, 1.0]),
        "outer_radius": st.sampled_from([5.0, 1e6]),
        "centre_std": st.sampled_from([0.0, 1.0, 1e6]),
        "seed": few,
    }
)
sphere = {"n_points": st.integers(3, 8), "dimension": st.integers(2, 3), "radius": length}
epsilons = st.lists(length, max_size=2, unique=True)
gap_ratio = st.sampled_from([1.0, 1.1, 2.0, 1e6])
PARAMETERS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "figure_4": {
        "n_points": st.integers(5, 12),
        "gap_ratio": gap_ratio,
        "row_gap": st.sampled_from([1e-3, 0.5, 0.8]),
    },
    "circle_unrolled": {"n_points": st.integers(5, 12), "gap_ratio": gap_ratio},
    "dimension_0_faithful": {
        **{name: few for name in ("n_repetitions", "input_dimension", "latent_dimension")},
        "n_points": several,
        "step_size": st.sampled_from([1e-3, 0.1, 1e3, 1e300]),
        "max_steps": st.integers(1, 30),
        "tolerance": st.sampled_from([1e-24, 1.0]),
        "lattice_side": st.integers(1, 3),
        "lattice_angle": st.sampled_from([61.0, 75.0, 89.9]),
    },
    "perfect_alignment": {
        **{name: few for name in ("n_repetitions", "dimension", "n_padding")},
        "n_points": several,
        "shift": length,
    },
    "loss_gradient": {
        **{name: few for name in ("n_repetitions", "input_dimension", "latent_dimension")},
        "n_points": several,
        "step": st.sampled_from([1e-8, 1e-6, 1e-2]),
    },
    "lost_loops": {
        "n_points": st.integers(6, 12),
        "gap_ratio": gap_ratio,
        "row_gap": st.sampled_from([1e-3, 0.5, 0.8]),
        "lattice_side": st.integers(2, 4),
        "lattice_angle": st.sampled_from([61.0, 75.0, 89.9]),
    },
    "gradient_noise": {
        "n_repetitions": st.just(1),
        "n_batches": st.integers(2, 3),
        "batch_sizes": st.lists(several, min_size=1, max_size=2, unique=True),
        "k4": st.fixed_dictionaries(
            {"n_points_per_edge": few, "noise": st.sampled_from([0.0, 0.03, 1e3]), "seed": few}
        ),
        "spheres": spheres,
        "network": st.fixed_dictionaries(
            {
                "hidden": st.just([4]),
                "epochs": st.just(1),
                "batch_size": several,
                "learning_rate": st.sampled_from([1e-3, 1e6]),
            }
        ),
    },
    "torus_void": {
        "n_repetitions": st.just(1),
        "torus": st.fixed_dictionaries(
            {
                "size": st.integers(6, 20),
                "major_radius": st.just(2.0),
                "minor_radius": st.sampled_from([1e-3, 1.0]),
                "dimension": st.integers(3, 4),
                "noise": st.sampled_from([0.0, 1e3]),
                "seed": few,
            }
        ),
        "n_points": st.integers(4, 8),
        "long": length,
    },
    "theorem_1": {
        "lines": st.dictionaries(
            st.sampled_from(["a", "b", "a/b", "../a"]),
            st.fixed_dictionaries(
                {
                    "points": st.lists(st.integers(-3, 3).map(float), min_size=3, max_size=5),
                    "size": st.integers(1, 4),
                    "epsilons": epsilons,
                }
            ),
            max_size=2,
        ),
        "spheres": st.dictionaries(
            st.sampled_from(["a", "c"]),
            st.fixed_dictionaries(
                {**sphere, "sizes": st.lists(several, min_size=1, max_size=2), "epsilons": epsilons}
            ),
            max_size=1,
        ),
        "n_repetitions": few,
        "n_subsamples": few,
    },
    "theorem_1_limit": {
        "n_repetitions": few,
        "shares": st.lists(st.sampled_from([0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=3),
        "circle": st.fixed_dictionaries(sphere),
        "spheres": spheres,
        "batch_of": spheres,
        "batch_size": several,
    },
    "random_splits": {
        "n_repetitions": few,
        "fractions": st.sampled_from(
            [
                {"train": 0.6, "validation": 0.2, "test": 0.2},
                {"train": 0.9, "validation": 0.05, "test": 0.05},
            ]
        ),
        "spheres": spheres,
    },
    "linear_autoencoder": {
        "n_repetitions": st.just(1),
        "gaussian": st.fixed_dictionaries(
            {
                "n_points": st.integers(3, 8),
                "standard_deviations": st.lists(length, min_size=3, max_size=4),
            }
        ),
        "epochs": few,
        "batch_size": st.sampled_from([1, 512, 4096]),
        "learning_rate": st.sampled_from([1e-3, 1e6]),
    },
    "sliced_against_exact": {
        "n_repetitions": few,
        "n_pairs": st.integers(3, 4),
        "n_points": several,
        "dimension": few,
        "scales": st.lists(length, min_size=1, max_size=2),
        "scale_spread": st.sampled_from([0.0, 0.3, 10.0]),
        "spheres": spheres,
        "n_sampled": st.integers(3, 6),
        "latent_max_death": length,
    },
}


@st.composite
def parameters(draw: Any, name: str) -> dict[str, Any]:
    drawn = {field: draw(strategy) for field, strategy in PARAMETERS[name].items()}
    if not draw(st.integers(0, 4)):
        drawn[draw(st.sampled_from(sorted(drawn)))] = draw(bad)
    return drawn


def test_every_experiment_is_tried() -> None:
    for name, kind in EXPERIMENTS.items():
        assert set(PARAMETERS[name]) == set(kind.model_fields)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_values_are_finite_and_have_a_name_of_their_own_or_are_refused(name: str) -> None:
    @at_most(12)
    @given(parameters(name))
    def check(given_parameters: dict[str, Any]) -> None:
        try:
            experiment = EXPERIMENTS[name](**given_parameters)
        except ValidationError:
            return
        assert 0 < experiment.cost() < math.inf
        values = attempt(experiment.compute, seed=0)
        if values is not None:
            assert all(math.isfinite(each.value) for each in values)
            assert len({each[:4] for each in values}) == len(values)
            assert all(each.case.partition("/")[0] == name for each in values)

    check()


deaths = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=5)


@given(deaths, deaths, st.sampled_from([1e-150, 1.0, 1e150]))
def test_comparisons_of_deaths_do_not_depend_on_the_unit(a: Any, b: Any, unit: float) -> None:
    a, b = np.array(a), np.array(b)
    assert diagram_hausdorff(unit * a, unit * b) == pytest.approx(unit * diagram_hausdorff(a, b))
    violation = largest_violation(unit * a, unit * b)
    assert 0 <= violation <= 1
    assert violation == largest_violation(a, b)
    assert share_above(unit * a, unit * 2) == np.mean(a > 2)
