"""A circle with a gap, folded or unrolled: the same chain of points, but the loop is gone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from topo.theory.base import Experiment, TheoryValue
from topo.theory.pairs import compare_pair


def circle_with_gap(n_points: int, gap_ratio: float) -> NDArray[np.float64]:
    """Place points on the unit circle at equal steps, but for a longer one to close it.

    Parameters
    ----------
    n_points
        At least 3.
    gap_ratio
        Angle of the gap divided by that of a step, above 1: then the spanning tree is the chain of
        steps, and no other tree is as short.

    Returns
    -------
    (n_points, 2) array
        Neighbours in the chain are neighbouring rows.

    Raises
    ------
    ValueError
        If there are too few points or the gap is no longer than a step.
    """
    if n_points < 3 or not gap_ratio > 1:
        raise ValueError(
            "a circle with a gap needs at least 3 points and a gap_ratio above 1, "
            f"got {n_points} points and {gap_ratio}: with equal steps the tree is not unique"
        )
    angles = 2 * np.pi * np.arange(n_points) / (n_points - 1 + gap_ratio)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def lay_chain(X: NDArray[np.float64], directions: ArrayLike) -> NDArray[np.float64]:
    """Lay a chain in the plane anew, every step as long as before.

    Parameters
    ----------
    X : (n, d) array
        The chain's points in order.
    directions : (n - 1,) array or number
        Direction of every step as an angle in radians; one number gives a straight line.
    """
    lengths = np.linalg.norm(np.diff(X, axis=0), axis=1)
    angles = np.broadcast_to(np.asarray(directions, np.float64), lengths.shape)
    steps = lengths[:, np.newaxis] * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.vstack([np.zeros(2), np.cumsum(steps, axis=0)])


def hairpin_directions(n_steps: int, row_gap: float) -> Sequence[float]:
    """Directions of a chain that goes straight, crosses over in one step and comes back.

    The distance between the two rows is a share, in 0 … 1, of the crossing step.
    """
    there = (n_steps - 1) // 2
    return [0.0] * there + [float(np.arcsin(row_gap))] + [np.pi] * (n_steps - 1 - there)


class CircleUnrolled(Experiment):
    """A circle with a gap, unrolled to a line.

    Circle and line have the same tree, the chain of points, with the same lengths: both
    directions of the loss are 0, and so is the distance between the diagrams in dimension 0. The
    circle's loop is lost all the same. This goes further than Figure 4, whose other direction
    notices (section 3.4 of the paper).
    """

    n_points: int = Field(ge=6)
    gap_ratio: float = Field(gt=1, le=1e6)

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return input and latent points, (n_points, 2) each; row i of both is the same point."""
        X = circle_with_gap(self.n_points, self.gap_ratio)
        return X, lay_chain(X, 0.0)

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Compare circle and line; see `compare_pair`. The seed has no effect."""
        X, Z = self.points()
        return compare_pair(X, Z, case="circle_unrolled", repetition=0, dimensions=(1,))


class Figure4(Experiment):
    """A circle folded into a hairpin, in the spirit of Figure 4 (section 3.4).

    The tree of the circle is the chain of its points. The hairpin keeps the length of every step
    of that chain, so that L_X→Z = 0, but brings its two rows closer together than a step: the
    circle's loop is gone, and so are half of the deaths in dimension 0. L_Z→X notices, since the
    hairpin's own tree crosses from row to row.

    Attributes
    ----------
    n_points
        Points of the chain.
    gap_ratio
        As for `topo.theory.chains.circle_with_gap`.
    row_gap
        Distance between the rows as a share of a step.
    """

    n_points: int = Field(ge=6)
    gap_ratio: float = Field(gt=1, le=1e6)
    # From √3/2 on points across are no closer than a step.
    row_gap: float = Field(gt=0, le=0.8)

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return input and latent points, (n_points, 2) each; row i of both is the same point."""
        X = circle_with_gap(self.n_points, self.gap_ratio)
        return X, lay_chain(X, hairpin_directions(self.n_points - 1, self.row_gap))

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Compare circle and hairpin; see `compare_pair`. The seed has no effect."""
        X, Z = self.points()
        return compare_pair(X, Z, case="figure_4", repetition=0, dimensions=(1,))
