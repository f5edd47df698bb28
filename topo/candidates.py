"""Candidates of a tuning, judged again: which is best, from which it is told apart, what it gains.

The best of many trials has the best of their noise too, so its own value says little: it is judged
again where no trial was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from topo.inference import LEVEL, MeanInterval, compare, holm, mean_interval
from topo.names import describe_hyperparameters, hyperparameter_title
from topo.scores import Hyperparameters

#: Name of the candidate that has the hyperparameters of ``methods`` in params.yaml.
DEFAULT = "default"
#: Share of a range within which a value counts as one of its ends: suggestions rarely hit them.
_AT_BOUND = 0.01

Direction = Literal["lower", "higher"]


class Candidate(NamedTuple):
    """Hyperparameters with their objective in every further repetition.

    Attributes
    ----------
    name
        `DEFAULT`, or which trial it was, such as "trial 3".
    values
        One number per repetition, in the same order for all; NaN where it failed.
    """

    name: str
    hyperparameters: Hyperparameters
    values: tuple[float, ...]


def rank(candidates: Sequence[Candidate], direction: Direction) -> list[Candidate]:
    """Order by the mean over the repetitions, the best first; those that failed once left out."""
    sign = 1 if direction == "lower" else -1
    whole = [each for each in candidates if each.values and np.isfinite(each.values).all()]
    return sorted(whole, key=lambda each: sign * float(np.mean(each.values)))


def compare_with_best(
    candidates: Sequence[Candidate],
    search: Mapping[str, tuple[float, float]],
    *,
    direction: Direction,
    test_to_train: float,
) -> pd.DataFrame:
    """Lay candidates beside the best one.

    Parameters
    ----------
    candidates
        All that were judged again.
    search
        Range of every searched hyperparameter.
    direction
        Whether lower or higher values are better.
    test_to_train
        As in `topo.inference.half_width`: 0 where every repetition drew its own data.

    Returns
    -------
    DataFrame
        One row per candidate, the best first and those that failed last:

        - candidate, hyperparameters (`Hyperparameters`).
        - mean, half_width, n: of the objective; NaN where it failed.
        - difference, difference_half_width: from the best, paired; NaN for the best itself.
        - separated: "yes" where that difference is shown at the level 0.05, corrected by Holm for
          all candidates; "no" where not; "" for the best.
        - at_bound: searched hyperparameters that lie at an end of their range, as words.
    """
    ranked = rank(candidates, direction)
    compared = [
        compare(each.values, ranked[0].values, test_to_train=test_to_train) for each in ranked[1:]
    ]
    corrected = holm([each.p_value for each in compared])
    rows = []
    for place, each in enumerate(ranked):
        mean = mean_interval(each.values, test_to_train=test_to_train)
        difference = (math.nan, math.nan)
        separated = ""
        if place:
            difference = compared[place - 1].difference[:2]
            separated = "yes" if corrected[place - 1] < LEVEL else "no"
        words = ", ".join(at_bound(each.hyperparameters, search))
        rows.append((each.name, each.hyperparameters, *mean, *difference, separated, words))
    failed = [each for each in candidates if each not in ranked]
    nothing = (math.nan, math.nan, 0, math.nan, math.nan, "", "")
    rows += [(each.name, each.hyperparameters, *nothing) for each in failed]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    *("candidate", "hyperparameters", "mean", "half_width", "n"),
    *("difference", "difference_half_width", "separated", "at_bound"),
]


def gains(candidates: Sequence[Candidate], direction: Direction) -> list[float]:
    """Say by how much what is chosen beats the default, repetition by repetition.

    In every repetition it is the candidate that the other ones choose: were it also chosen by this
    one, its noise would count as gain.

    Returns
    -------
    list of float
        Above 0 where tuning helps; empty with fewer than two repetitions, or where the default, or
        every other candidate, failed.
    """
    ranked = rank(candidates, direction)
    default = next((each for each in ranked if each.name == DEFAULT), None)
    if default is None or len(ranked) < 2 or len(default.values) < 2:
        return []
    sign = 1 if direction == "lower" else -1
    found = []
    for repetition, of_default in enumerate(default.values):
        others = [
            each._replace(values=each.values[:repetition] + each.values[repetition + 1 :])
            for each in ranked
        ]
        chosen = rank(others, direction)[0].name
        value = next(each.values[repetition] for each in ranked if each.name == chosen)
        found.append(sign * (of_default - value))
    return found


def gain(gained: Sequence[float], *, test_to_train: float) -> MeanInterval:
    """Return the mean gain with its 95 % interval; NaN where there is none."""
    if not gained:
        return MeanInterval(math.nan, math.nan, 0)
    return mean_interval(gained, test_to_train=test_to_train)


def describe_choice(candidates: pd.DataFrame, gained: MeanInterval) -> str:
    """Say what is chosen, from how many others it is told apart, and what it gains.

    Parameters
    ----------
    candidates
        As `compare_with_best` returns them.
    gained
        As `gain`.

    Returns
    -------
    str
        Without full stop, such as "perplexity 37.3, told apart from 1 of 3 other candidates; …".
    """
    known = candidates[candidates["n"] > 0]
    if known.empty:
        return "nothing, since every candidate failed"
    best, others = known.iloc[0], known.iloc[1:]
    words = describe_hyperparameters(best["hyperparameters"].values)
    if best["candidate"] == DEFAULT:
        words += " (the default)"
    if best["at_bound"]:
        words += f" ({best['at_bound']})"
    n_apart = int((others["separated"] == "yes").sum())
    words += f", told apart from {n_apart} of {len(others)} other candidates"
    if gained.n == 0:
        return f"{words}; what it gains over the default is not known"
    interval = "" if math.isnan(gained.half_width) else f" ± {gained.half_width:.2g}"
    return f"{words}; it gains {gained.mean:.2g}{interval} over the default"


def at_bound(
    hyperparameters: Hyperparameters, search: Mapping[str, tuple[float, float]]
) -> list[str]:
    """Say which searched hyperparameters lie within 1 % of an end of their range, and which end."""
    words = []
    for name, (low, high) in search.items():
        value = float(hyperparameters.values[name])
        if value - low <= _AT_BOUND * (high - low):
            words.append(f"{hyperparameter_title(name)} at its low end, {low:g}")
        elif high - value <= _AT_BOUND * (high - low):
            words.append(f"{hyperparameter_title(name)} at its high end, {high:g}")
    return words
