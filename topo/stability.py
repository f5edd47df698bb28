"""How stable a picture is: the region of each point over seeds and draws, aligned by Procrustes.

A picture means nothing by its place, its turn, its mirror image or its size: pictures are scaled to
one size, moved and turned onto their mean before points are compared (Gower, 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: One is left out to be checked, one more to find the size of the regions, and the others agree.
FEWEST_DRAWS = 6
#: Rounds in which pictures are turned onto their mean and the mean is taken again.
_ROUNDS = 3
#: How many deviations of the average point a point's own spread is taken together with.
_PRIOR = 2.0


class Draw(NamedTuple):
    """One picture of some of the points.

    Attributes
    ----------
    rows : (k,) int array
        Which points, ascending.
    points : (k, 2) array
        Their places.
    """

    rows: NDArray[np.int64]
    points: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regions:
    """Where every point lies over further draws: a disc for each.

    Attributes
    ----------
    centres : (n, 2) array
        Mean places; NaN where a point was in fewer than two draws. The unit is the root mean
        square distance of a picture's points from their mean.
    radii : (n,) array
        Of the discs, in the same unit; the picture as a whole is about 1 in radius.
    coverage
        Share of the points that lie in their discs in a draw that was left out when the discs were
        made, mean over all draws.
    level
        Share that was aimed at.
    """

    centres: NDArray[np.float64]
    radii: NDArray[np.float64]
    coverage: float
    level: float

    @property
    def median(self) -> float:
        """Radius that half of the points stay below."""
        return float(np.nanmedian(self.radii))


def regions(draws: Sequence[Draw], n_points: int, *, level: float = 0.9) -> Regions:
    """Find the discs in which points lie, and check them on draws that are left out.

    A disc's radius is the point's own spread over the draws times one factor for the whole picture.
    The factor is the `level` quantile of how many spreads points lie from their centres in a draw
    left out (the jackknife+ of Barber et al., 2021, over draws), so that no shape is assumed.

    Parameters
    ----------
    draws
        At least six pictures.
    n_points
        Number of points that draws are taken from.
    level
        Share of the points that shall lie in their discs in a further draw.

    Returns
    -------
    Regions
        Of all draws; its coverage is that of discs from all draws but one, in that one.

    Raises
    ------
    ValueError
        Where there are too few draws.
    """
    if len(draws) < FEWEST_DRAWS:
        raise ValueError(
            f"regions need at least {FEWEST_DRAWS} draws, got {len(draws)}: raise "
            "benchmark.stability.draws"
        )
    spread = _Placed.of([_in_own_unit(draw) for draw in draws], n_points)
    covered = []
    for left_out in range(len(draws)):
        others = spread.without(left_out)
        distances = others.distances(spread.draws[left_out])
        covered.append(np.nanmean(distances <= others.factor(level), where=~np.isnan(distances)))
    factor = spread.factor(level)
    return Regions(spread.centres, factor * spread.spreads, float(np.mean(covered)), level)


@dataclass(frozen=True, eq=False)
class _Placed:
    """Draws turned onto their mean, with every point's centre and spread."""

    draws: tuple[Draw, ...]
    centres: NDArray[np.float64]
    spreads: NDArray[np.float64]

    @classmethod
    def of(cls, draws: Sequence[Draw], n_points: int) -> _Placed:
        placed = list(draws)
        centres = _mean(placed[:1], n_points)
        for _ in range(_ROUNDS):
            placed = [_turned(draw, centres) for draw in draws]
            centres = _mean(placed, n_points)
        return cls(tuple(draws), centres, _spreads(placed, centres))

    def without(self, left_out: int) -> _Placed:
        rest = [draw for place, draw in enumerate(self.draws) if place != left_out]
        return _Placed.of(rest, len(self.centres))

    def distances(self, draw: Draw) -> NDArray[np.float64]:
        """Return how many of its spreads each point of a draw lies from its centre, or NaN."""
        turned = _turned(draw, self.centres)
        away = np.linalg.norm(turned.points - self.centres[draw.rows], axis=1)
        ratio: NDArray[np.float64] = away / self.spreads[draw.rows]
        return ratio

    def factor(self, level: float) -> float:
        """Return the quantile of the distances of draws left out, one after another."""
        apart = [self.without(left_out).distances(draw) for left_out, draw in enumerate(self.draws)]
        return float(np.nanquantile(np.concatenate(apart), level))


def _in_own_unit(draw: Draw) -> Draw:
    centred = draw.points - draw.points.mean(axis=0)
    size = float(np.sqrt(np.mean(np.sum(centred**2, axis=1))))
    return Draw(draw.rows, centred / (size or 1.0))


def _turned(draw: Draw, centres: NDArray[np.float64]) -> Draw:
    """Move, turn and mirror a picture onto the centres, by the points that both have.

    It keeps its size: scaled onto centres that it has nothing to do with, it would vanish.
    """
    target = centres[draw.rows]
    both = ~np.isnan(target[:, 0])
    if np.count_nonzero(both) < 3:
        return draw
    here, there = draw.points[both], target[both]
    here_mean, there_mean = here.mean(axis=0), there.mean(axis=0)
    left, _, right = np.linalg.svd((here - here_mean).T @ (there - there_mean))
    return Draw(draw.rows, (draw.points - here_mean) @ (left @ right) + there_mean)


def _mean(draws: Sequence[Draw], n_points: int) -> NDArray[np.float64]:
    total, count = np.zeros((n_points, 2)), np.zeros(n_points)
    for draw in draws:
        total[draw.rows] += draw.points
        count[draw.rows] += 1
    centres = np.full((n_points, 2), np.nan)
    known = count > 0
    centres[known] = total[known] / count[known, None]
    return centres


def _spreads(draws: Sequence[Draw], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square distance from the centre, drawn a little towards that of all points."""
    total, count = np.zeros(len(centres)), np.zeros(len(centres))
    for draw in draws:
        total[draw.rows] += np.sum((draw.points - centres[draw.rows]) ** 2, axis=1)
        count[draw.rows] += 1
    freedom = np.maximum(count - 1, 0)
    typical = total.sum() / max(freedom.sum(), 1.0)
    spreads: NDArray[np.float64] = np.sqrt((total + _PRIOR * typical) / (freedom + _PRIOR))
    # Equal pictures have no spread; a disc of no size would hold no rounding error.
    spreads = np.maximum(spreads, 1e-9)
    return np.where(count > 1, spreads, np.nan)
