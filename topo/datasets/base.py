"""What a dataset is to this project."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from topo.seeding import derive_seed

#: A size whose square, and that of whatever is a few thousand times larger or smaller, single
#: precision can hold: points are float32.
Length = Annotated[float, Field(ge=1e-6, le=1e6)]

#: Points times their coordinates: 0.8 GB in double precision, and a dataset that is made takes
#: three times that while it is.
MOST_COORDINATES = 10**8


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
    classes
        Name of every class, by its number; empty where classes have none.
    notes
        What was left out or changed when the points were read, a sentence each.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    outer: int | None = None
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownHomology:
    """What is known of a dataset by how it is made, not by measuring it.

    Attributes
    ----------
    components, loops
        Components and independent loops of the shape that the points are drawn around.
    seen
        Shares of the median distance, from the least to the greatest, at each of which exactly so
        many bars are longer: `components` in dimension 0, with the one that never ends, and `loops`
        in dimension 1, in the Vietoris–Rips filtration of Euclidean distances. None where noise
        hides them from those distances.
    """

    components: int
    loops: int
    seen: tuple[float, float] | None


class Dataset(BaseModel, ABC):
    """A dataset with its parameters, which are its fields.

    There are no defaults: the values stand in ``params.yaml``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    #: Name in tables and figures.
    title: ClassVar[str]
    #: Parameters of a small one, which its contract tests load.
    small: ClassVar[Mapping[str, Any]]
    #: True where `load` reads files that are downloaded first.
    downloads: ClassVar[bool] = False
    #: True where `load` draws points at random by the field ``seed``: fresh ones can be had.
    draws: ClassVar[bool] = False
    #: Height and width, where a point is a picture, row by row.
    image_shape: ClassVar[tuple[int, int] | None] = None
    #: Whose the pictures are and what one may do with them, as a sentence.
    licence: ClassVar[str] = ""

    @property
    @abstractmethod
    def n_points(self) -> int:
        """Number of points, known before anything is loaded."""

    @property
    def made_from(self) -> dict[str, Any]:
        """Its class and its parameters, as JSON has them: the same points come of the same."""
        kind = type(self)
        return {"kind": f"{kind.__module__}:{kind.__qualname__}", **self.model_dump(mode="json")}

    @property
    def smallest_class(self) -> int | None:
        """Members of the smallest class; None where only the data tell."""
        return None

    @property
    def homology(self) -> KnownHomology | None:
        """What is known of its components and loops; None where nothing is."""
        return None

    def drawn(self, number: int) -> Self:
        """Return the dataset with a seed of its own for each number; 0 is the dataset as it is.

        Raises
        ------
        ValueError
            If the number is another one, and the dataset is not drawn at random.
        """
        if number == 0:
            return self
        if not self.draws:
            raise ValueError(
                f"{self.title} is not drawn at random and has draw 0 alone, got {number}: "
                "repeat it over splits"
            )
        seed = derive_seed("draw", self.model_dump()["seed"], number)
        return self.model_copy(update={"seed": seed})

    @abstractmethod
    def load(self, raw: Path) -> LabelledPoints:
        """Make or read the points.

        Parameters
        ----------
        raw
            Folder of downloaded files, one subfolder per dataset; unused by datasets that are made.
        """
