"""Candidates of a tuning: which is best, from which it is told apart, what it gains."""

from __future__ import annotations

import math

import numpy as np
import pytest

from topo.candidates import (
    DEFAULT,
    Candidate,
    at_bound,
    compare_with_best,
    describe_choice,
    gain,
    gains,
    rank,
)
from topo.scores import Hyperparameters

SEARCH = {"perplexity": (5.0, 50.0)}


def candidate(name: str, *values: float, perplexity: float = 20.0) -> Candidate:
    return Candidate(name, Hyperparameters.of({"perplexity": perplexity}), values)


def compared(*candidates: Candidate, test_to_train: float = 0.0):
    return compare_with_best(
        candidates, SEARCH, direction="lower", test_to_train=test_to_train
    ).set_index("candidate")


@pytest.mark.parametrize(("direction", "first"), [("lower", "a"), ("higher", "b")])
def test_the_best_is_that_of_the_best_mean(direction, first: str) -> None:
    both = [candidate("b", 3.0, 2.0), candidate("a", 1.0, 2.5), candidate("c", 0.0, math.nan)]
    assert rank(both, direction)[0].name == first
    assert len(rank(both, direction)) == 2


def test_candidates_are_told_apart_where_they_differ_in_every_repetition() -> None:
    near, far = (1.1, 1.9, 3.1, 3.9, 5.0), (2.0, 3.1, 4.0, 5.1, 6.0)
    table = compared(
        candidate("a", 1.0, 2.0, 3.0, 4.0, 5.0), candidate("b", *near), candidate("c", *far)
    )
    assert table["separated"].to_dict() == {"a": "", "b": "no", "c": "yes"}
    assert table.loc["c", "difference"] == pytest.approx(1.04)
    assert math.isnan(table.loc["a", "difference"])


def test_splits_of_one_dataset_tell_less_apart() -> None:
    values = [candidate("a", 1.0, 2.0, 3.0), candidate("b", 1.5, 2.4, 3.6)]
    widths = [
        compared(*values, test_to_train=each).loc["b", "difference_half_width"]
        for each in (0, 1 / 3)
    ]
    assert widths[1] == pytest.approx(math.sqrt(2) * widths[0])


def test_one_repetition_tells_nothing_apart() -> None:
    table = compared(candidate("a", 1.0), candidate("b", 9.0))
    assert table["separated"].tolist() == ["", "no"]
    assert table[["half_width", "difference_half_width"]].isna().all().all()


def test_what_failed_comes_last() -> None:
    table = compared(candidate("a", math.nan, 1.0), candidate("b", 9.0, 9.0))
    assert list(table.index) == ["b", "a"]
    assert table.loc["a", "n"] == 0


def test_gain_by_hand() -> None:
    """Without the first repetition a is chosen, without the second or third b."""
    default = candidate(DEFAULT, 5.0, 5.0, 5.0)
    a, b = candidate("a", 4.0, 1.0, 3.0), candidate("b", 1.0, 3.0, 3.0)
    assert gains([default, a, b], "lower") == [1.0, 2.0, 2.0]


def test_noise_alone_gains_nothing() -> None:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(2000):
        values = rng.normal(size=(4, 5))
        names = (DEFAULT, "a", "b", "c")
        candidates = [candidate(n, *each) for n, each in zip(names, values.tolist(), strict=True)]
        found.append(float(np.mean(gains(candidates, "lower"))))
    # The best of four by the same numbers would gain 0.46 = 1.03 / √5.
    assert abs(np.mean(found)) < 0.04


def test_no_gain_is_claimed_from_one_repetition_or_without_the_default() -> None:
    assert gains([candidate(DEFAULT, 5.0), candidate("a", 4.0)], "lower") == []
    assert gains([candidate("b", 5.0, 5.0), candidate("a", 4.0, 4.0)], "lower") == []
    assert gain([], test_to_train=0.0).n == 0


@pytest.mark.parametrize(
    ("perplexity", "words"),
    [
        (49.95, ["perplexity at its high end, 50"]),
        (5.2, ["perplexity at its low end, 5"]),
        (20, []),
    ],
)
def test_a_value_at_an_end_of_its_range_is_said_to_be(perplexity: float, words: list[str]) -> None:
    assert at_bound(Hyperparameters.of({"perplexity": perplexity}), SEARCH) == words


def test_the_choice_is_said_in_words() -> None:
    far = tuple(2.0 + each for each in (0.0, 0.1, 0.0, 0.2))
    candidates = [
        candidate("trial 3", 1.0, 1.1, 0.9, 1.0, perplexity=49.95),
        candidate(DEFAULT, *far, perplexity=30.0),
    ]
    table = compare_with_best(candidates, SEARCH, direction="lower", test_to_train=0.0)
    words = describe_choice(table, gain(gains(candidates, "lower"), test_to_train=0.0))
    assert words == (
        "perplexity 49.95 (perplexity at its high end, 50), told apart from 1 of 1 other "
        "candidates; it gains 1.1 ± 0.15 over the default"
    )


def test_nothing_is_chosen_where_all_failed() -> None:
    table = compare_with_best(
        [candidate("a", math.nan)], SEARCH, direction="lower", test_to_train=0.0
    )
    assert describe_choice(table, gain([], test_to_train=0.0)).startswith("nothing, since every")
