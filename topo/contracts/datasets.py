"""The contract of a kind of dataset."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from topo.checks import check_points
from topo.contracts.base import (
    NotTriedError,
    random_states,
    require,
    require_light_import,
    require_no_defaults,
    require_own_title,
    require_refusal,
)
from topo.datasets import DATASETS
from topo.datasets.base import LabelledPoints
from topo.splits import Fractions, stratified_split

#: Beyond so many points a small one would make the tests slow.
MOST_POINTS = 2000


def _load(kind: str, raw: Path) -> LabelledPoints:
    dataset = DATASETS[kind](**DATASETS[kind].small)
    try:
        return dataset.load(raw)
    except FileNotFoundError as error:
        if not DATASETS[kind].downloads:
            raise
        raise NotTriedError(f"{error}; `python -m flows fetch` gets its files") from error


def declare_what_tables_and_tests_need(kind: str, raw: Path) -> None:
    """Declare a title of its own, and small values for exactly its parameters."""
    require_own_title(kind, DATASETS)
    require_no_defaults(DATASETS[kind])
    n_points = DATASETS[kind](**DATASETS[kind].small).n_points
    require(
        n_points <= MOST_POINTS,
        f"small must make at most {MOST_POINTS:,} points, got {n_points:,}: lower its sizes",
    )


def load_points_with_classes(kind: str, raw: Path) -> None:
    """Load finite float32 points, as many as `n_points` says, with classes counted from 0."""
    data, expected = _load(kind, raw), DATASETS[kind](**DATASETS[kind].small).n_points
    check_points(data.X)
    require(
        data.X.dtype == np.float32 and data.y.dtype == np.int64,
        f"X must be float32 and y int64, got {data.X.dtype} and {data.y.dtype}: use astype",
    )
    require(
        len(data.X) == expected and data.y.shape == (expected,),
        f"n_points says {expected}, but X has {len(data.X)} rows and y the shape {data.y.shape}",
    )
    classes = np.unique(data.y)
    require(
        np.array_equal(classes, np.arange(len(classes))),
        f"classes must be 0, 1, 2, …, got {', '.join(map(str, classes[:10]))}",
    )
    require(
        data.outer is None or data.outer in classes,
        f"outer must be one of the classes or None, got {data.outer}",
    )


def know_its_smallest_class(kind: str, raw: Path) -> None:
    """Say how small the smallest class is, or None where only the data tell."""
    said = DATASETS[kind](**DATASETS[kind].small).smallest_class
    found = int(np.bincount(_load(kind, raw).y).min())
    require(said in (None, found), f"smallest_class says {said}, the smallest class has {found}")


def be_divisible(kind: str, raw: Path) -> None:
    """Have enough points of every class for training, validation and test."""
    fractions = Fractions(train=0.6, validation=0.2, test=0.2)
    stratified_split(_load(kind, raw).y, fractions, seed=0)


def load_the_same_bits_again(kind: str, raw: Path) -> None:
    """Load the same bits every time."""
    first, again = _load(kind, raw), _load(kind, raw)
    require(
        first.X.tobytes() == again.X.tobytes() and np.array_equal(first.y, again.y),
        "two calls of load gave different points: draw from np.random.default_rng(self.seed)",
    )


def draw_others_if_it_says_so(kind: str, raw: Path) -> None:
    """Draw other points for each number if it declares `draws`, and refuse to if it does not."""
    dataset = DATASETS[kind](**DATASETS[kind].small)
    if not dataset.draws:
        require_refusal(
            lambda: dataset.drawn(1),
            "is not drawn at random",
            given="draw 1 of a dataset without draws",
            advice="leave `drawn` as it is",
        )
        return
    require(
        "seed" in type(dataset).model_fields,
        "a dataset that declares draws must have a field seed: add it, or leave draws out",
    )
    first, other, again = (dataset.drawn(number).load(raw) for number in (0, 1, 1))
    require(
        np.array_equal(first.X, dataset.load(raw).X)
        and np.array_equal(other.X, again.X)
        and not np.array_equal(first.X, other.X),
        "draw 0 must be the dataset itself, and draw 1 another one, always the same: draw all "
        "points from np.random.default_rng(self.seed)",
    )


def leave_global_randomness_alone(kind: str, raw: Path) -> None:
    """Leave the global random generators as they are."""
    before = random_states()
    _load(kind, raw)
    require(
        random_states() == before,
        "random.seed or np.random.seed was called, or numbers were drawn from their generators: "
        "draw from np.random.default_rng(self.seed)",
    )


def import_in_no_time(kind: str, raw: Path) -> None:
    """Import heavy libraries only where they are used."""
    require_light_import(sys.modules[DATASETS[kind].__module__])


DATASET_CHECKS = (
    declare_what_tables_and_tests_need,
    load_points_with_classes,
    know_its_smallest_class,
    be_divisible,
    load_the_same_bits_again,
    draw_others_if_it_says_so,
    leave_global_randomness_alone,
    import_in_no_time,
)
