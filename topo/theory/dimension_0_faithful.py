"""What the loss does guarantee: in dimension 0 it bounds the distance between the diagrams.

The paper's section 3.4 says that pairings and diagrams may differ although L_t = 0. In dimension
0, where the loss is defined, the diagrams cannot, and neither can the pairings unless there are
ties.

**Bound.** Let d^X and d^Z be the deaths in ascending order. Then ‖d^X - d^Z‖² ≤ 2 L_t, so the
2-Wasserstein distance of the diagrams is at most √(2 L_t), and so is the bottleneck distance.

*Proof.* Let w be the lengths of the edges π^X in Z, in ascending order. π^X is a spanning tree of
Z, and the k-th shortest edge of a minimum spanning tree is no longer than that of any other
spanning tree, so d^Z_k ≤ w_k. Sorting brings two lists no further apart, so
‖w - d^X‖² ≤ ‖A^Z[π^X] - A^X[π^X]‖² = 2 L_X→Z. Hence the parts of d^Z - d^X above 0 have squares
that sum to at most 2 L_X→Z; with X and Z exchanged, the parts below 0 to at most 2 L_Z→X.

**Pairings.** With L_t = 0 every edge of either tree is equally long in X and in Z. Let both trees
come from Kruskal's algorithm with equal lengths in one fixed order of the edges, and let e be the
first edge, by length and that order, that only one tree has. The other one left e out since
earlier edges of its own close a cycle with e. Those are earlier in both spaces, so both trees
have them, and the first tree would have a cycle. So there is no such e. Where edges are equally
long, rounding can order them differently in X and in Z: the pairings may then differ, the
diagrams still do not.

In dimension 1 and higher nothing of the kind holds; see `topo.theory.chains`.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt

from topo.seeding import derive_seed
from topo.theory.base import Experiment, Points, TheoryValue
from topo.theory.pairs import compare_pair


class Dimension0Faithful(Experiment):
    """The bound of this module, on spaces that have little else in common.

    Cases: ``random``, two normal point clouds that know nothing of each other; ``descended``,
    the same pair after gradient descent on L_t over the latent points; ``tied``, a square lattice
    and the same lattice sheared, all of whose steps are equally long.

    Attributes
    ----------
    n_repetitions, n_points, input_dimension, latent_dimension
        Pairs of point clouds and their size. Into the plane the descent mostly ends in a local
        minimum; a latent dimension of 3 leads to 0.
    step_size, max_steps, tolerance
        Gradient descent stops where L_t is at most the tolerance.
    lattice_side, lattice_angle
        Points along a side, and the sheared lattice's angle in degrees.
    """

    n_repetitions: PositiveInt
    n_points: int = Field(ge=3)
    input_dimension: PositiveInt
    latent_dimension: PositiveInt
    step_size: PositiveFloat
    max_steps: PositiveInt
    tolerance: PositiveFloat
    lattice_side: int = Field(ge=2)
    # From 60 degrees down the short diagonals are no longer than a side.
    lattice_angle: float = Field(gt=60, lt=90)

    def cost(self) -> float:
        """Rough seconds on one core."""
        return 0.5 + 0.05 * self.n_repetitions

    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Compare the pairs; see `compare_pair`."""
        values = _compare("tied", 0, lattice(self.lattice_side, 90), self._sheared())
        for repetition in range(self.n_repetitions):
            rng = np.random.default_rng(derive_seed(seed, "dimension_0_faithful", repetition))
            X = rng.normal(size=(self.n_points, self.input_dimension))
            Z = rng.normal(size=(self.n_points, self.latent_dimension))
            values += _compare("random", repetition, X, Z)
            values += _compare("descended", repetition, X, self._descend(X, Z))
        return values

    def _sheared(self) -> Points:
        return lattice(self.lattice_side, self.lattice_angle)

    def _descend(self, X: Points, Z: Points) -> Points:
        return descend(
            X,
            Z,
            step_size=self.step_size,
            max_steps=self.max_steps,
            tolerance=self.tolerance,
        )


def _compare(case: str, repetition: int, X: Points, Z: Points) -> list[TheoryValue]:
    case = f"dimension_0_faithful/{case}"
    return compare_pair(X, Z, case=case, repetition=repetition, dimensions=(1,))


def lattice(side: int, angle: float) -> Points:
    """Lattice of `side` x `side` points with steps of length 1 at an angle in degrees: (n, 2)."""
    steps = np.array([[1.0, 0.0], [np.cos(np.radians(angle)), np.sin(np.radians(angle))]])
    points: Points = np.array(list(product(range(side), repeat=2)), np.float64) @ steps
    return points


def descend(X: Points, Z: Points, *, step_size: float, max_steps: int, tolerance: float) -> Points:
    """Move latent points (n, k) down the gradient of L_t; the input's are (n, d).

    Steps are the gradient times the step size; they end where L_t is at most the tolerance.
    """
    import torch

    from topo.metrics.compute.space import pairwise_distances
    from topo.nn.topological_loss import topological_loss

    distances = torch.from_numpy(pairwise_distances(X))
    moving = torch.tensor(Z, requires_grad=True)
    for _ in range(max_steps):
        loss = topological_loss(distances, moving)
        if loss.item() <= tolerance:
            break
        (gradient,) = torch.autograd.grad(loss, moving)
        moving = (moving - step_size * gradient).detach().requires_grad_()
    points: Points = moving.detach().numpy()
    return points
