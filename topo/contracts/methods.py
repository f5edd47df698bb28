"""The contract of a method."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.contracts.base import (
    random_states,
    require,
    require_light_import,
    require_no_defaults,
    require_own_title,
    require_refusal,
)
from topo.methods import METHODS
from topo.methods.base import Embedding
from topo.paper import paper_methods


def _cloud(n: int, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)


TRAINING, POINTS = _cloud(50, 0), _cloud(30, 1)

#: Points in which nothing is missing, and which no method may therefore refuse.
ORDINARY: dict[str, NDArray[Any]] = {
    "few points": _cloud(5, 2)[:, :3],
    "equal points": np.repeat(np.eye(3, dtype=np.float32), 4, axis=0),
    "points on a line": np.outer(np.arange(12.0), [1.0, 2.0, -1.0]),
    "points with a constant coordinate": np.column_stack(
        [np.full(12, 7.0), np.arange(12) % 5, np.arange(12) ** 2]
    ),
    "whole numbers": np.arange(36, dtype=np.uint8).reshape(12, 3) ** 2 % 31,
    "points with one far away": np.vstack([np.eye(3), 1e6 * np.ones((1, 3)), np.zeros((8, 3))]),
    "points in Fortran order": np.asfortranarray(np.random.default_rng(0).normal(size=(12, 3))),
}

#: Training points, points to embed, what is wrong with them, and what the message must say.
UNUSABLE: tuple[tuple[NDArray[Any], NDArray[Any], str, str], ...] = (
    (TRAINING, POINTS * np.float32(np.nan), "NaN among the points", "must be finite, got nan"),
    (TRAINING * np.float32(np.inf), POINTS, "infinite training points", "must be finite, got"),
    (TRAINING, POINTS[0], "a vector", "two axes"),
    (TRAINING, POINTS[:0], "no points", "at least one row"),
    (TRAINING, POINTS[:1], "one point", "at least 2 points to embed, got 1"),
    (TRAINING[:1], POINTS, "one training point", "at least 2 training points, got 1"),
    (TRAINING[:, :5], POINTS, "points of other features", "the same features, got 5 and 6"),
)
_CHECK_INPUT = "begin embed with topo.methods.input.check_input"


def _embed(name: str, X_train: Any = TRAINING, X: Any = POINTS, seed: Any = 0) -> Embedding:
    return METHODS[name](**METHODS[name].small).embed(X_train, X, seed=seed)


def declare_what_tables_and_tests_need(name: str) -> None:
    """Declare a title of its own, a role, and small values for exactly its hyperparameters."""
    method = METHODS[name]
    require_own_title(name, METHODS)
    require_no_defaults(method)
    is_papers = name in paper_methods()
    require(
        (method.role == "paper") == is_papers,
        f"{method.__name__} has the role {method.role!r}, but Table 1 of the paper has "
        f"{', '.join(paper_methods())}: declare role = "
        f"{'paper' if is_papers else 'other'!r} in the class itself",
    )


def embed_every_row(name: str) -> None:
    """Embed every row as a finite point of the plane, in float64."""
    points = _embed(name).points
    require(
        points.shape == (30, 2) and points.dtype == np.float64,
        f"30 points must become an array (30, 2) of float64, got {points.shape} of "
        f"{points.dtype}: return Embedding(points.astype(np.float64))",
    )
    require(np.isfinite(points).all(), "coordinates must be finite, got NaN or infinity among them")


def measure_what_it_declares(name: str) -> None:
    """Return the scalars that it declares in `measures`, each a float."""
    scalars, declared = _embed(name).scalars, METHODS[name].measures
    require(
        set(scalars) == declared,
        f"scalars must be those of measures ({', '.join(sorted(declared)) or 'none'}), got "
        f"{', '.join(sorted(scalars)) or 'none'}: declare or return the same",
    )
    for scalar, value in scalars.items():
        require(isinstance(value, float), f"{scalar} must be a float, got {type(value).__name__}")


def let_the_seed_decide(name: str) -> None:
    """Give the same bits for the same seed, and others for another one where it is stochastic."""
    first, again, other = (_embed(name, seed=seed) for seed in (3, 3, 4))
    difference = np.abs(first.points - again.points).max()
    require(
        difference == 0 and first.scalars == again.scalars,
        f"two runs with one seed must agree bit by bit, got points that differ by {difference:.3g}:"
        " have everything random follow from seed, and one thread compute",
    )
    stochastic = METHODS[name].stochastic
    require(
        bool((first.points == other.points).all()) == (not stochastic),
        f"two seeds must give {'two embeddings' if stochastic else 'one embedding'} where "
        f"stochastic is {stochastic}: declare stochastic = {not stochastic}, or "
        f"{'use' if stochastic else 'do without'} the seed",
    )


def take_every_seed(name: str) -> None:
    """Take every seed from 0 to 2³² - 1, and refuse all others."""
    _embed(name, seed=2**32 - 1)
    for seed in (-1, 2**32, 0.5, None, "0"):
        require_refusal(
            partial(_embed, name, seed=seed),
            "seed must be a whole number in 0 … 2³² - 1, got",
            given=f"the seed {seed!r}",
            advice=_CHECK_INPUT,
        )


def leave_global_randomness_alone(name: str) -> None:
    """Leave the global random generators as they are."""
    before = random_states()
    _embed(name)
    require(
        random_states() == before,
        "random.seed, np.random.seed or torch.manual_seed was called, or numbers were drawn from "
        "their generators: draw from np.random.default_rng(seed)",
    )


def use_training_points_if_parametric(name: str) -> None:
    """Look at the training points if it is parametric, and only then."""
    first, other = (_embed(name, _cloud(50, seed)).points for seed in (0, 7))
    parametric = METHODS[name].parametric
    require(
        bool((first != other).any()) == parametric,
        f"other training points must {'' if parametric else 'not '}give another embedding where "
        f"parametric is {parametric}: declare parametric = {not parametric}, or "
        f"{'fit on X_train' if parametric else 'do not look at X_train'}",
    )


def leave_its_input_alone(name: str) -> None:
    """Take arrays that cannot be written to, and leave their content as it is."""
    for points in (TRAINING, POINTS):
        points.setflags(write=False)
    first = _embed(name).points
    copied = [points.copy() for points in (TRAINING, POINTS)]
    second = _embed(name, *copied).points
    require(
        np.array_equal(copied[0], TRAINING) and np.array_equal(copied[1], POINTS),
        "the points that embed is given were changed: work on a copy",
    )
    require(np.array_equal(first, second), "read-only points gave another embedding")


def embed_ordinary_points(name: str) -> None:
    """Embed equal points, points on a line, whole numbers and other ordinary points."""
    for kind, X in ORDINARY.items():
        try:
            points = _embed(name, X, X).points
        except Exception as error:
            advice = (
                "silence a warning that is expected, with warnings.catch_warnings"
                if isinstance(error, Warning)
                else "with the values of small no ordinary points may be refused"
            )
            require(False, f"{kind}: {type(error).__name__}: {error}: {advice}")
        require(
            points.shape == (len(X), 2) and np.isfinite(points).all(),
            f"{kind} must become finite points of the plane, got another result",
        )


def refuse_unusable_points(name: str) -> None:
    """Refuse points that nobody can embed, with words that say why."""
    for X_train, X, given, words in UNUSABLE:
        require_refusal(partial(_embed, name, X_train, X), words, given=given, advice=_CHECK_INPUT)


def estimate_its_cost(name: str) -> None:
    """Estimate its seconds: above 0, no fewer for more points, less than an hour."""
    method = METHODS[name](**METHODS[name].small)
    few, many = method.cost(600, 200, 101), method.cost(6000, 2000, 101)
    require(
        0 < few <= many < 3600,
        f"cost of 200 and of 2,000 points must rise within 0 and 3600 s, got {few:g} and {many:g}",
    )


def survive_a_file(name: str) -> None:
    """Be the same after its hyperparameters were written as JSON and read again."""
    method = METHODS[name](**METHODS[name].small)
    again = METHODS[name](**json.loads(json.dumps(method.model_dump(mode="json"))))
    require(again == method, f"{again!r} was read back in place of {method!r}: use plain types")


def import_in_no_time(name: str) -> None:
    """Import heavy libraries only where they are used."""
    require_light_import(sys.modules[METHODS[name].__module__])


METHOD_CHECKS = (
    declare_what_tables_and_tests_need,
    embed_every_row,
    measure_what_it_declares,
    let_the_seed_decide,
    take_every_seed,
    leave_global_randomness_alone,
    use_training_points_if_parametric,
    leave_its_input_alone,
    embed_ordinary_points,
    refuse_unusable_points,
    estimate_its_cost,
    survive_a_file,
    import_in_no_time,
)
