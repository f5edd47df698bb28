"""What datasets of a given size and dimension have in common."""

from __future__ import annotations

from typing import Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from topo.datasets.base import MOST_COORDINATES, Dataset


class Cloud(Dataset):
    """Points drawn at random in a space of some dimension.

    Attributes
    ----------
    size
        Number of points.
    dimension
        Coordinates of a point.
    seed
        Seed of all that is drawn.
    """

    size: PositiveInt
    dimension: int
    seed: NonNegativeInt

    @model_validator(mode="after")
    def _fits_memory(self) -> Self:
        if self.size * self.dimension > MOST_COORDINATES:
            raise ValueError(
                f"size x dimension must be at most {MOST_COORDINATES:,}, got "
                f"{self.size:,} x {self.dimension:,}: lower size or dimension"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of points: the size."""
        return self.size


class NoisyCloud(Cloud):
    """Points with normal noise.

    Attributes
    ----------
    noise
        Standard deviation of every coordinate's noise.
    """

    noise: float = Field(ge=0, le=1e6)
