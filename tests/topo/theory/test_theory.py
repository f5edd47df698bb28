"""What every experiment owes: one value per key, finite, reproducible, cheap to import."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from topo.theory import EXPERIMENTS, Experiment, TheoryValue

SPHERES = {
    "n_inner": 2,
    "n_points_per_inner": 10,
    "n_outer": 20,
    "dimension": 10,
    "inner_radius": 5.0,
    "outer_radius": 25.0,
    "centre_std": 1.0,
    "seed": 0,
}

#: Small parameters; an experiment without them fails here.
SMALL: dict[str, dict[str, Any]] = {
    "figure_4": {"n_points": 12, "gap_ratio": 1.1, "row_gap": 0.5},
    "circle_unrolled": {"n_points": 12, "gap_ratio": 1.1},
    "dimension_0_faithful": {
        "n_repetitions": 2,
        "n_points": 8,
        "input_dimension": 4,
        "latent_dimension": 3,
        "step_size": 0.1,
        "max_steps": 1000,
        "tolerance": 1e-20,
        "lattice_side": 3,
        "lattice_angle": 75.0,
    },
    "perfect_alignment": {
        "n_repetitions": 2,
        "n_points": 10,
        "dimension": 3,
        "n_padding": 2,
        "shift": 10.0,
    },
    "loss_gradient": {
        "n_repetitions": 2,
        "n_points": 6,
        "input_dimension": 3,
        "latent_dimension": 2,
        "step": 1e-6,
    },
    "theorem_1": {
        "lines": {"three": {"points": [0.0, 2.0, 4.0], "size": 2, "epsilons": [1.5]}},
        "spheres": {
            "circle": {
                "n_points": 20,
                "dimension": 2,
                "radius": 1.0,
                "sizes": [5, 10],
                "epsilons": [0.1, 0.5],
            }
        },
        "n_repetitions": 2,
        "n_subsamples": 10,
    },
    "theorem_1_limit": {
        "n_repetitions": 3,
        "shares": [0.2, 0.5, 1.0],
        "circle": {"n_points": 50, "dimension": 2, "radius": 1.0},
        "spheres": SPHERES,
        "batch_of": SPHERES,
        "batch_size": 8,
    },
    "lost_loops": {
        "n_points": 12,
        "gap_ratio": 1.1,
        "row_gap": 0.5,
        "lattice_side": 3,
        "lattice_angle": 61.0,
    },
    "gradient_noise": {
        "n_repetitions": 1,
        "n_batches": 2,
        "batch_sizes": [20],
        "k4": {"n_points_per_edge": 5, "noise": 0.03, "seed": 0},
        "spheres": SPHERES,
        "network": {"hidden": [4], "epochs": 1, "batch_size": 16, "learning_rate": 0.01},
    },
    "torus_void": {
        "n_repetitions": 1,
        "torus": {
            "size": 60,
            "major_radius": 2.0,
            "minor_radius": 1.0,
            "dimension": 3,
            "noise": 0.0,
            "seed": 0,
        },
        "n_points": 40,
        "long": 0.25,
    },
    "random_splits": {
        "n_repetitions": 3,
        "fractions": {"train": 0.6, "validation": 0.2, "test": 0.2},
        "spheres": SPHERES,
    },
    "linear_autoencoder": {
        "n_repetitions": 1,
        "gaussian": {"n_points": 50, "standard_deviations": [4.0, 2.0, 1.0]},
        "epochs": 5,
        "batch_size": 2048,
        "learning_rate": 0.03,
    },
    "sliced_against_exact": {
        "n_repetitions": 2,
        "n_pairs": 4,
        "n_points": 10,
        "dimension": 3,
        "scales": [1.0, 10.0],
        "scale_spread": 0.3,
        "spheres": SPHERES,
        "n_sampled": 20,
        "latent_max_death": 2.0,
    },
}

DETERMINISTIC = {"figure_4", "circle_unrolled", "lost_loops"}

every_experiment = pytest.mark.parametrize("name", EXPERIMENTS)


def small(name: str) -> Experiment:
    return EXPERIMENTS[name](**SMALL[name])


@pytest.fixture(scope="module")
def computed() -> dict[str, list[TheoryValue]]:
    return {name: small(name).compute(seed=1) for name in EXPERIMENTS}


@every_experiment
def test_values_are_finite_and_named_once(name: str, computed: dict[str, list[TheoryValue]]):
    values = computed[name]
    assert values
    assert all(type(value.value) is float and math.isfinite(value.value) for value in values)
    keys = [value[:4] for value in values]
    assert len(set(keys)) == len(keys)


@every_experiment
def test_cases_begin_with_the_name(name: str, computed: dict[str, list[TheoryValue]]):
    assert {value.case.split("/")[0] for value in computed[name]} == {name}


@every_experiment
def test_the_seed_alone_decides(name: str, computed: dict[str, list[TheoryValue]]):
    assert small(name).compute(seed=1) == computed[name]
    other = small(name).compute(seed=2)
    assert (other == computed[name]) == (name in DETERMINISTIC)


@every_experiment
def test_every_repetition_is_there(name: str, computed: dict[str, list[TheoryValue]]):
    n_repetitions = SMALL[name].get("n_repetitions", 1)
    assert {value.repetition for value in computed[name]} == set(range(n_repetitions))


@every_experiment
def test_repetitions_differ(name: str, computed: dict[str, list[TheoryValue]]):
    values = [[v.value for v in computed[name] if v.repetition == r] for r in (0, 1)]
    assert values[0] != values[1]


@pytest.mark.parametrize("case", ["circle/share=0.5", "spheres/share=0.5", "batch"])
def test_every_repetition_is_another_subsample(case: str, computed: dict[str, list[TheoryValue]]):
    values = computed["theorem_1_limit"]
    assert len({v.value for v in values if v.case.endswith(case) and v.metric == "bottleneck"}) > 1


@every_experiment
def test_cost_is_in_seconds(name: str):
    assert 0 < small(name).cost() < 60


@every_experiment
def test_parameters_are_frozen_and_all_required(name: str):
    experiment = small(name)
    field = next(iter(SMALL[name]))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(experiment, field, 1)
    for field in SMALL[name]:
        given = {key: value for key, value in SMALL[name].items() if key != field}
        with pytest.raises(ValidationError, match=f"{field}\n  Field required"):
            EXPERIMENTS[name](**given)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        EXPERIMENTS[name](**SMALL[name], more=1)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, fields in SMALL.items()
        for field, value in fields.items()
        if isinstance(value, float)
    ],
)
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_must_be_finite(name: str, field: str, value: float):
    with pytest.raises(ValidationError, match=field):
        EXPERIMENTS[name](**{**SMALL[name], field: value})


def test_import_is_cheap():
    heavy = {"torch", "numba", "scipy", "sklearn", "gtda", "ot"}
    code = f"import sys, topo.theory; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
