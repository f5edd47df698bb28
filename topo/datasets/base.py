"""What a dataset is to this project."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class LabelledPoints:
    """Points and their classes.

    Attributes
    ----------
    X : (n, d) float32 array
        The points.
    y : (n,) int64 array
        Class of every point, counted from 0.
    outer : int or None
        The class that encloses all others, if there is one.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    outer: int | None = None


class Dataset(BaseModel, ABC):
    """A dataset with its parameters, which are its fields.

    There are no defaults: the values stand in ``params.yaml``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    @abstractmethod
    def n_points(self) -> int:
        """Number of points, known before anything is loaded."""

    @abstractmethod
    def load(self, raw: Path) -> LabelledPoints:
        """Make or read the points.

        Parameters
        ----------
        raw
            Folder of downloaded files, one subfolder per dataset; unused by datasets that are made.
        """
