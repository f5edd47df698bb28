"""The whole loss is 0 although a loop is gone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.theory.base import Experiment, TheoryValue
from topo.theory.chains import circle_with_gap, lay_chain
from topo.theory.pairs import compare_pair


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
