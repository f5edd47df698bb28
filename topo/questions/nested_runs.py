"""Runs of t-SNE on one cloud of nested points, from every start, with what is measured on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topo.datasets.base import LabelledPoints
from topo.methods.tsne_descent import EXAGGERATION, Descent, descent
from topo.metrics.nesting import nesting
from topo.questions.planes import PowerIteration, canonical_correlations
from topo.questions.stationary import STARTS, Start, starting_points
from topo.questions.ties import averaged, evenness, outer_share, with_ties_of
from topo.theory.base import Points

#: The first phase with t-SNE's exaggeration, and without.
_EXAGGERATIONS = {"kept": EXAGGERATION, "dropped": 1.0}


class Runs:
    """Runs of t-SNE on one point cloud, with what is measured on each.

    Attributes
    ----------
    pictures
        Embeddings by the end of the case's name, as in ``share=0.375/start=pca/exaggeration=kept``.
    """

    def __init__(self, X: Points, cloud: LabelledPoints, *, seed: int) -> None:
        if cloud.outer is None:
            raise ValueError("nesting needs an enclosing class, got points without one")
        self._X, self._labels, self._outer, self._seed = X, cloud.y, cloud.outer, seed
        self.pictures: dict[str, NDArray[np.float32]] = {}

    def at(
        self, P: NDArray[np.float32], least: NDArray[np.float32], *, share: str
    ) -> Iterator[tuple[str, dict[str, float]]]:
        """Yield what is measured at one perplexity, by the end of the case's name.

        Parameters
        ----------
        P, least : (n, n) arrays
            Joint probabilities at this perplexity and at the least one.
        share
            Of the case's name, for the pictures.
        """
        wide = P.astype(np.float64)
        starts = {start: starting_points(self._X, P, start, seed=self._seed) for start in STARTS}
        yield "", self._of_probabilities(wide, starts)
        iteration = PowerIteration.of(P)
        for start, (way, factor) in product(starts, _EXAGGERATIONS.items()):
            found = self._run(P, starts[start], factor)
            measured = self._of_picture(found, starts)
            if way == "kept":
                measured |= _of_exploration(found, starts[start], iteration)
            run = f"/start={start}/exaggeration={way}"
            self.pictures[share + run] = found.points
            yield run, measured
        for ties, changed in self._with_changed_ties(wide, least.astype(np.float64)).items():
            found = self._run(changed, starts["random"], EXAGGERATION)
            self.pictures[f"{share}/ties={ties}"] = found.points
            yield f"/ties={ties}", {"nesting": self._nesting(found.points)}

    def _with_changed_ties(self, P: Points, least: Points) -> dict[str, NDArray[np.float32]]:
        group: dict[str, Any] = {"labels": self._labels, "outer": self._outer}
        return {
            "even": with_ties_of(P, np.ones_like(P), **group),
            "least": with_ties_of(P, least, **group),
            "averaged": averaged(P, **group),
        }

    def _run(self, P: NDArray[np.float32], start: Points, exaggeration: float) -> Descent:
        """Run t-SNE with a learning rate of n / 48 at every n; its usual one is at least 50."""
        learning_rate = len(P) / EXAGGERATION / 4
        return descent(
            P, start.astype(np.float32), exaggeration=exaggeration, learning_rate=learning_rate
        )

    def _of_probabilities(self, P: Points, starts: Mapping[Start, Points]) -> dict[str, float]:
        group: dict[str, Any] = {"labels": self._labels, "outer": self._outer}
        return {
            "evenness": evenness(P, **group),
            "outer_share": outer_share(P, **group),
            "spectral_nesting": self._nesting(starts["spectral"]),
            "linear_nesting": self._nesting(starts["pca"]),
            **_numbered("maps", canonical_correlations(starts["spectral"], starts["pca"])),
        }

    def _of_picture(self, found: Descent, starts: Mapping[Start, Points]) -> dict[str, float]:
        return {
            "nesting": self._nesting(found.points),
            "kl": found.kl,
            **_numbered("spectral", canonical_correlations(found.points, starts["spectral"])),
            **_numbered("linear", canonical_correlations(found.points, starts["pca"])),
        }

    def _nesting(self, points: NDArray[Any]) -> float:
        return nesting(points.astype(np.float64), self._labels, outer=self._outer)


def _of_exploration(found: Descent, start: Points, iteration: PowerIteration) -> dict[str, float]:
    """Compare the picture when the exaggeration ends with the power iteration from the start."""
    explored = found.explored
    spread = explored - explored.mean(axis=0)
    return {
        "explored_extent": float(np.sqrt(np.square(spread, dtype=np.float64).sum(axis=1).mean())),
        **_numbered("explored_limit", canonical_correlations(explored, iteration.limit)),
        **_numbered("explored_iteration", iteration.nearest(start, explored)),
    }


def _numbered(name: str, correlations: Points) -> dict[str, float]:
    return {f"{name}_{k + 1}": float(value) for k, value in enumerate(correlations)}
