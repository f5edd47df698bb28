"""Splits into training, validation and test points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from topo.splits import Fractions, Split, split_sizes, stratified_split

PAPER = Fractions(train=0.6, validation=0.2, test=0.2)


def parts(split: Split) -> list[NDArray[Any]]:
    return [split.train, split.validation, split.test]


@pytest.mark.parametrize(
    ("n", "sizes"),
    [(10_000, (6000, 2000, 2000)), (1797, (1078, 360, 359)), (5, (3, 1, 1)), (4, (2, 1, 1))],
)
def test_sizes_of_the_papers_split(n: int, sizes: tuple[int, int, int]) -> None:
    assert split_sizes(n, PAPER) == sizes


def test_sizes_do_not_suffer_from_binary_fractions() -> None:
    assert split_sizes(100, Fractions(train=0.29, validation=0.57, test=0.14)) == (29, 57, 14)


@pytest.mark.parametrize(("n", "sizes"), [(36, (2, 4, 30)), (56, (3, 6, 47))])
def test_equal_remainders_go_to_the_earlier_part(n: int, sizes: tuple[int, int, int]) -> None:
    # Shares 1.8, 3.6, 30.6 and 2.8, 5.6, 47.6: the last two remainders are equal, but binary
    # fractions put now the one, now the other first.
    assert split_sizes(n, Fractions(train=0.05, validation=0.1, test=0.85)) == sizes


def test_larger_remainders_are_rounded_up() -> None:
    # Shares of the second class are 1.8, 0.6 and 0.6: its train share is worth rounding up most.
    y = np.repeat([0, 1], [7, 3])
    assert np.bincount(y[stratified_split(y, PAPER, seed=0).train]).tolist() == [4, 2]


def test_empty_part() -> None:
    with pytest.raises(ValueError, match=r"at least 1 point, got 9 .* 1 .* 0 for test out of 10"):
        split_sizes(10, Fractions(train=0.9, validation=0.06, test=0.04))


def test_fractions_must_sum_to_one() -> None:
    with pytest.raises(ValidationError, match=r"must sum to 1, got 0\.6 \+ 0\.2 \+ 0\.3 = 1\.1"):
        Fractions(train=0.6, validation=0.2, test=0.3)


def test_thirds_sum_to_one() -> None:
    third = 1 / 3
    assert split_sizes(9, Fractions(train=third, validation=third, test=third)) == (3, 3, 3)


@pytest.mark.parametrize("wrong", [0.0, -0.2, float("nan"), float("inf")])
def test_fractions_must_be_positive(wrong: float) -> None:
    with pytest.raises(ValidationError, match="train"):
        Fractions(train=wrong, validation=0.5, test=0.5)


def test_fractions_refuse_other_names() -> None:
    with pytest.raises(ValidationError, match="holdout"):
        Fractions.model_validate({"train": 0.6, "validation": 0.2, "test": 0.2, "holdout": 0.0})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    members=st.lists(st.integers(3, 60), min_size=1, max_size=12),
    weights=st.tuples(*[st.floats(0.2, 1.0)] * 3),
    seed=st.integers(0, 99),
)
def test_exact_sizes_and_every_class_within_one(
    members: list[int], weights: tuple[float, ...], seed: int
) -> None:
    assume(sum(members) >= 15)
    train, validation, test = (weight / sum(weights) for weight in weights)
    fractions = Fractions(train=train, validation=validation, test=test)
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(members)), members))
    sizes = split_sizes(len(y), fractions)
    split = stratified_split(y, fractions, seed=seed)

    assert tuple(len(part) for part in parts(split)) == sizes
    assert np.array_equal(np.sort(np.concatenate(parts(split))), np.arange(len(y)))
    for part, size in zip(parts(split), sizes, strict=True):
        assert part.dtype == np.int64
        assert np.all(np.diff(part) > 0)
        counts = np.bincount(y[part], minlength=len(members))
        assert np.all(np.abs(counts - np.array(members) * size / len(y)) < 1)


def test_spheres_split_has_each_class_in_proportion() -> None:
    y = np.repeat(np.arange(11), [500] * 10 + [5000])
    split = stratified_split(y, PAPER, seed=0)
    assert np.bincount(y[split.test]).tolist() == [100] * 10 + [1000]


def test_labels_need_not_count_from_zero() -> None:
    y = np.array([7] * 5 + [-2] * 5)
    assert sorted(y[stratified_split(y, PAPER, seed=0).test]) == [-2, 7]


def test_same_seed_same_split_other_seed_other_split() -> None:
    y = np.repeat(np.arange(4), 50)
    first, again, other = (stratified_split(y, PAPER, seed=seed) for seed in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(parts(first), parts(again), strict=True))
    assert not np.array_equal(first.test, other.test)


def test_every_point_comes_up_for_test_equally_often() -> None:
    y = np.repeat(np.arange(2), 10)
    hits = np.zeros(len(y))
    for seed in range(200):
        hits[stratified_split(y, PAPER, seed=seed).test] += 1
    # Binomial with n = 200, p = 0.2: mean 40, standard deviation 5.7.
    assert np.all(np.abs(hits - 40) < 23)


def test_small_class() -> None:
    y = np.array([0] * 10 + [4] * 2)
    with pytest.raises(ValueError, match=r"at least 3 members .*, class 4 has 2: use more points"):
        stratified_split(y, PAPER, seed=0)


@pytest.mark.parametrize(
    "y", [np.zeros((4, 2), dtype=int), np.array([], dtype=int), np.zeros(9), np.array(["a"] * 9)]
)
def test_classes_must_be_a_vector_of_whole_numbers(y: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="non-empty vector of whole numbers, one per point, got"):
        stratified_split(y, PAPER, seed=0)
