"""Figure 4: one direction of the loss does not notice that the topology changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from topo.theory.base import Experiment, TheoryValue
from topo.theory.chains import circle_with_gap, hairpin_directions, lay_chain
from topo.theory.pairs import compare_pair


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
