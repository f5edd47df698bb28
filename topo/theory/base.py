"""What a computed piece of the paper's theory is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Points = NDArray[np.float64]


class TheoryValue(NamedTuple):
    """One number of an experiment.

    Attributes
    ----------
    case
        Which example: the experiment's name, then what tells it from the experiment's other
        examples, as in ``theorem_1/circle/m=20/epsilon=0.1``.
    metric
        Name of the number.
    dimension
        Homology dimension of the diagrams or pairings it is about; None where there are none.
    repetition
        Index of the repetition, from 0.
    value
        The number; always finite.
    """

    case: str
    metric: str
    dimension: int | None
    repetition: int
    value: float


class Section(BaseModel):
    """A part of an experiment's parameters, without defaults (``params.yaml`` has them)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def check_distinct(values: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse numbers that would share a name, which has six digits."""
    named: dict[str, float] = {}
    for value in values:
        name = f"{value:g}"
        if name in named:
            raise ValueError(
                f"each number must have a name of its own in six digits, got {named[name]!r} and "
                f"{value!r}, both named {name}: leave one out"
            )
        named[name] = value
    return values


class Experiment(Section, ABC):
    """A claim of the paper's sections 2 and 3 put to the test; its fields are its parameters."""

    def cost(self) -> float:
        """Rough seconds on one core, by which long experiments are started first."""
        return 1.0

    @abstractmethod
    def compute(self, *, seed: int) -> list[TheoryValue]:
        """Run the experiment.

        Parameters
        ----------
        seed
            Seed of all randomness; the same seed gives the same values.

        Returns
        -------
        list of TheoryValue
            No two with the same case, metric, dimension and repetition.
        """
