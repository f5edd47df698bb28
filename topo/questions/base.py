"""What a question is that the paper leaves open, and the parts that its answer is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

from topo.datasets.base import LabelledPoints
from topo.theory.base import Section, TheoryValue


@dataclass(frozen=True)
class Findings:
    """What a part has found.

    Attributes
    ----------
    values
        No two of a question with the same case, metric, dimension and repetition. A case begins
        with the question's name, as in ``must_fail/tsne/perplexity=30``.
    arrays
        Arrays of numbers that figures show, such as embeddings, by name.
    """

    values: list[TheoryValue]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Part(Section, ABC):
    """A piece of a question's work that is run, kept and tried again by itself.

    Its fields are all that it depends on, beside the datasets and the seed.
    """

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets of ``params.yaml`` that it reads, by name; without one of them it cannot run."""
        return ()

    def cost(self) -> float:
        """Rough seconds on one core, by which long parts are started first."""
        return 1.0

    @abstractmethod
    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Do the work.

        Parameters
        ----------
        data
            Its datasets as they were prepared, all of their points, by name.
        seed
            Seed of all randomness; all parts of a question have the same, so that they can draw
            the same points. What differs between parts is derived from it.
        """


#: Parts by name that run side by side; once they have ended, it is sent what they have found. What
#: failed is not among that.
Rounds: TypeAlias = Generator[Mapping[str, Part], Mapping[str, Findings], None]


class Question(Section, ABC):
    """A question that the paper leaves open, put to the test; its fields are its parameters."""

    @property
    @abstractmethod
    def datasets(self) -> tuple[str, ...]:
        """All datasets of ``params.yaml`` that its parts read, by name; others they cannot have."""

    @abstractmethod
    def plan(self) -> Sequence[Mapping[str, float]]:
        """Return the rough seconds of all parts, by name, round after round."""

    @abstractmethod
    def rounds(self, *, seed: int) -> Rounds:
        """Yield what there is to do, round after round."""


class OneRound(Question):
    """A question whose parts rest on nothing but its parameters."""

    @abstractmethod
    def parts(self) -> Mapping[str, Part]:
        """Return what there is to do, by name."""

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets of ``params.yaml`` that its parts read, by name."""
        return tuple(
            dict.fromkeys(name for part in self.parts().values() for name in part.datasets)
        )

    def plan(self) -> Sequence[Mapping[str, float]]:
        """Return the rough seconds of all parts, by name: one round."""
        return [{name: part.cost() for name, part in self.parts().items()}]

    def rounds(self, *, seed: int) -> Rounds:
        """Yield all parts at once."""
        yield self.parts()
