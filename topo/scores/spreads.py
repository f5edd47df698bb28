"""How far numbers spread between draws of the data, between splits, and between model seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from topo.scores.aggregation import GROUP, aggregate
from topo.scores.repetitions import in_units

#: The levels of repetition, each within the one before, by the name of its spread.
LEVELS = {"data": "draw", "split": "split", "seed": "model_seed"}
_BY_DRAW, _BY_SPLIT = [*GROUP, "draw"], [*GROUP, "draw", "split"]
_COUNTS = [f"n_{level}" for level in LEVELS]
_COLUMNS = [f"sd_{level}" for level in LEVELS]


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Separate what draws of the data, splits and model seeds each add to the spread of a number.

    Splits belong to their draw and model seeds to their split: the first splits of two draws have
    nothing in common. Mean squares are set equal to what is expected of them, level after level,
    also where levels are repeated unequally often (Searle, Casella and McCulloch, "Variance
    Components", 1992, chapter 5).

    Parameters
    ----------
    frame
        Score table of one stage, with one set of hyperparameters per dataset and method. All rows
        with a value count, those beside the repetitions too.

    Returns
    -------
    DataFrame
        One row per dataset, method, metric, dimension and scaling, in order of appearance:

        - sd_data, sd_split, sd_seed: standard deviations; 0 where the variance comes out below 0,
          NaN where nothing repeats the level. What is not told of a level is in the one above it.
        - n_data, n_split, n_seed: of how many draws, splits of draws, and fits.
        - status, reason: as `aggregate`.

    Raises
    ------
    ValueError
        As `aggregate`, or if two rows would count as the same fit.
    """
    summary = aggregate(frame)[[*GROUP, "status", "reason"]]
    twice = frame.duplicated([*GROUP, *LEVELS.values()])
    if twice.any():
        raise ValueError(
            "each draw, split and model seed must have one row, got a second one for "
            f"{frame[twice].iloc[0]['method']}: choose one set of hyperparameters first"
        )
    present = frame[frame["value"].notna()].sort_values(list(LEVELS.values()))
    both = summary.merge(_components(present).reset_index(), on=GROUP, how="left")
    both[_COUNTS] = both[_COUNTS].fillna(0).astype("int64")
    return both[[*GROUP, *_COLUMNS, *_COUNTS, "status", "reason"]]


def _components(present: pd.DataFrame) -> pd.DataFrame:
    """Estimate the standard deviations, and count the levels, of every group."""
    sums = _sums(present)
    n_data, n_split, n = (sums[name] for name in _COUNTS)
    # Degrees of freedom; NaN where nothing repeats the level.
    free_data, free_split, free_seed = (
        each.where(each > 0) for each in (n_data - 1, n_split - n_data, n - n_split)
    )
    seed = sums["seed"] / free_seed
    split = (sums["split"] / free_split - seed.fillna(0)) * free_split / (n - sums["share"])
    above = (sums["share"] - sums["of_split"] / n) / free_data * split.fillna(0)
    data = sums["data"] / free_data - seed.fillna(0) - above
    data = data * free_data / (n - sums["of_draw"] / n)
    variances = dict(zip(_COLUMNS, (data, split, seed), strict=True))
    deviations = pd.DataFrame(variances).clip(lower=0) ** 0.5
    return deviations.mul(sums["unit"], axis=0).join(sums[_COUNTS])


def _sums(present: pd.DataFrame) -> pd.DataFrame:
    """Sum squares, and sizes of levels, over the fits of every group."""
    rows = in_units(present, GROUP)
    overall, of_draw, of_split = (
        rows.groupby(key, sort=False, dropna=False)["value"] for key in (GROUP, _BY_DRAW, _BY_SPLIT)
    )
    mean, draw, split = (each.transform("mean") for each in (overall, of_draw, of_split))
    n_draw, n_split = (each.transform("size") for each in (of_draw, of_split))
    summed = rows.assign(
        seed=np.square(rows["value"] - split),
        split=np.square(split - draw),
        data=np.square(draw - mean),
        of_draw=n_draw,
        of_split=n_split,
        share=n_split / n_draw,
        # A level counts once, in as many parts as it has fits.
        n_data=1 / n_draw,
        n_split=1 / n_split,
        n_seed=1.0,
    ).groupby(GROUP, sort=False, dropna=False)
    names = ["seed", "split", "data", "of_draw", "of_split", "share", *_COUNTS]
    sums = summed[names].sum()
    sums[_COUNTS] = sums[_COUNTS].round()
    return sums.assign(unit=summed["unit"].first())
