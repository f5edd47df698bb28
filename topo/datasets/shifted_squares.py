"""Points whose squared distances are those of others, scaled and shifted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, NonNegativeInt, PlainSerializer, model_validator

from topo.datasets.base import Dataset, LabelledPoints, Length

#: Every point has a coordinate of its own.
MOST_POINTS = 2_000
#: Largest difference of a squared distance from what it should be, in the largest one of the
#: points that are shifted: what single precision leaves.
_TOLERANCE = 1e-6


def _build(given: Any) -> Dataset:
    """Make the dataset that is described like one of ``params.yaml``."""
    from topo.datasets import DATASETS

    if isinstance(given, Dataset):
        return given
    fields = dict(given)
    kind = fields.pop("kind", None)
    if kind not in DATASETS:
        raise ValueError(f"kind must be one of {', '.join(DATASETS)}, got {kind!r}: name one")
    return DATASETS[kind](**fields)


def _describe(dataset: Dataset) -> dict[str, Any]:
    from topo.datasets import DATASETS

    kind = next(name for name, each in DATASETS.items() if each is type(dataset))
    return {"kind": kind, **dataset.model_dump(mode="json")}


class ShiftedSquares(Dataset):
    """Points of another dataset with squared distances a·D² + C, whatever these are.

    t-SNE's probabilities depend on D² only through the ratios of exp(−β D²), with a β for every
    point that the perplexity fixes. So a and C change none of them, and the picture neither, while
    all distances become more and more alike as C grows [1]_.

    Point i is √a times the other dataset's, with one coordinate more for every point, of which the
    i-th is √(C / 2).

    Attributes
    ----------
    of
        The other dataset: ``kind`` and parameters, as in ``params.yaml``.
    size
        How many of its points, at most 2,000; drawn at random where it has more.
    scale
        The factor a.
    shift
        C as a multiple of the largest a·D²; 0 leaves the points as they are.
    seed
        Seed of which points are drawn.

    References
    ----------
    .. [1] Bergam, Snoeck and Verma, "t-SNE Exaggerates Clusters, Provably", 2025
       (arXiv 2510.07746).
    """

    title: ClassVar[str] = "Shifted squares"
    small: ClassVar[Mapping[str, Any]] = {
        "of": {
            "kind": "three_clusters",
            "sizes": (10, 20, 30),
            "standard_deviations": (0.5, 0.5, 0.5),
            "seed": 0,
        },
        "size": 60,
        "scale": 1.0,
        "shift": 10.0,
        "seed": 0,
    }

    of: Annotated[Dataset, BeforeValidator(_build), PlainSerializer(_describe)]
    size: int = Field(ge=3, le=MOST_POINTS)
    scale: Length
    shift: float = Field(ge=0, le=1e6)
    seed: NonNegativeInt

    @model_validator(mode="after")
    def _has_so_many(self) -> ShiftedSquares:
        if self.size > self.of.n_points:
            raise ValueError(
                f"size must be at most the {self.of.n_points:,} points of {self.of.title}, got "
                f"{self.size:,}: lower it"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of points: the size."""
        return self.size

    def source(self, raw: Path) -> LabelledPoints:
        """Return the points of the other dataset that are shifted, with their classes."""
        data = self.of.load(raw)
        rng = np.random.default_rng(self.seed)
        rows = np.sort(rng.choice(len(data.X), self.size, replace=False))
        return LabelledPoints(data.X[rows], data.y[rows], data.outer, data.classes, data.notes)

    def load(self, raw: Path) -> LabelledPoints:
        """Shift the points: (size, d + size), `raw` as the other dataset takes it.

        Raises
        ------
        ValueError
            Where single precision does not hold what is asked.
        """
        from scipy.spatial.distance import pdist

        source = self.source(raw)
        wanted = self.scale * pdist(source.X.astype(np.float64), "sqeuclidean")
        shift = self.shift * float(wanted.max())
        own = np.sqrt(shift / 2) * np.eye(self.size)
        X = np.hstack([np.sqrt(self.scale) * source.X, own]).astype(np.float32)
        self._check(pdist(X.astype(np.float64), "sqeuclidean"), wanted)
        return LabelledPoints(X, source.y, source.outer, source.classes, source.notes)

    @staticmethod
    def _check(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> None:
        """Refuse squares that differ from those wanted by more than one number for all."""
        largest = max(float(wanted.max()), float(np.finfo(np.float64).tiny))
        error = float(np.ptp(found - wanted)) / largest
        if error > _TOLERANCE:
            raise ValueError(
                f"squared distances must be a D² + C to {_TOLERANCE:g} of the largest, got "
                f"{error:.1e}: single precision does not hold them, choose another scale or shift"
            )
