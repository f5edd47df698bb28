"""The sections of params.yaml that stages share, and those of sweep, theory and questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from topo.methods import METHODS
from topo.methods.base import Method
from topo.metrics.sampled import FEWEST_SAMPLES, SMALLEST_SAMPLE
from topo.params.faults import build, check_mapping
from topo.params.names import MetricNames, check_name
from topo.params.section import Repetitions, Section
from topo.questions import QUESTIONS
from topo.questions.base import Question
from topo.splits import Fractions
from topo.theory import EXPERIMENTS
from topo.theory.base import Experiment, check_distinct


class SplitParams(Section):
    """How every dataset is split; the seed is the root of the splits' seeds."""

    fractions: Fractions
    seed: int


class SamplingParams(Section):
    """When metrics are estimated from disjoint random subsamples (`topo.metrics.sampled`).

    Attributes
    ----------
    above
        Up to so many evaluation points all are compared at once: 5,000 take 1.5 GiB.
    n_points, n_samples
        Points in a subsample, and how many subsamples; together at most `above`.
    """

    above: int
    n_points: int = Field(ge=SMALLEST_SAMPLE)
    n_samples: int = Field(ge=FEWEST_SAMPLES)

    @model_validator(mode="after")
    def _check_total(self) -> Self:
        total = self.n_points * self.n_samples
        if total > self.above:
            raise ValueError(
                f"{self.n_samples} disjoint subsamples of {self.n_points} points must fit among "
                f"{self.above} points, got {total}: lower n_points or n_samples, or raise above"
            )
        return self


class MethodParams(Section):
    """A method with its usual hyperparameters, and as they are overridden on some datasets."""

    default: Method
    per_dataset: dict[str, Method]

    def on(self, dataset: str) -> Method:
        """Return the method as it is used on a dataset."""
        return self.per_dataset.get(dataset, self.default)


def check_methods(given: Any) -> dict[str, dict[str, Any]]:
    """Return the hyperparameters of methods by name, or refuse what is no method.

    Raises
    ------
    ValueError
        Names the first fault.
    """
    return {
        check_name(name, "method", METHODS): dict(check_mapping(fields, name))
        for name, fields in check_mapping(given, "methods").items()
    }


def build_method(name: str, usual: Mapping[str, Any], per_dataset: Any) -> MethodParams:
    """Make a method with its usual hyperparameters, and one per dataset that changes some.

    Raises
    ------
    ValueError
        Lists every fault.
    """
    kind, place = METHODS[name], f"{name}.per_dataset"
    overrides = {
        dataset: check_mapping(changed, f"{place}.{dataset}")
        for dataset, changed in check_mapping(per_dataset, place).items()
    }
    return MethodParams(
        default=build(kind, usual, name),
        per_dataset={
            dataset: build(kind, {**usual, **changed}, f"{place}.{dataset}")
            for dataset, changed in overrides.items()
        },
    )


#: Metric that figure 8 shows.
_SHOWN = "sliced_wasserstein"

#: Their rows, embeddings and units are named after them.
_Perplexities = Annotated[
    tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1), AfterValidator(check_distinct)
]
_Epochs = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1), AfterValidator(check_distinct)
]


class DatasetSweep(Section):
    """The perplexity sweep on one dataset, at other perplexities than the sweep's if it has any."""

    repetitions: Repetitions
    perplexities: _Perplexities | None = None


class EpochsSweep(Section):
    """Longer training of the topological autoencoder on one dataset, for numbers of epochs."""

    dataset: str
    values: _Epochs
    repetitions: Repetitions


class Replay(Section):
    """After how many epochs the page shows the training of some methods on one dataset."""

    dataset: str
    methods: Annotated[tuple[str, ...], Field(min_length=1)]
    epochs: _Epochs


class SweepParams(Section):
    """t-SNE at many perplexities (figure 8), the topological autoencoder at more epochs.

    Datasets may name other perplexities; `epochs` is null where no longer training is wanted,
    `replay` where none is looked at.
    """

    perplexities: _Perplexities
    datasets: dict[str, DatasetSweep]
    epochs: EpochsSweep | None
    replay: Replay | None
    metrics: MetricNames

    @field_validator("metrics")
    @classmethod
    def _check_metrics(cls, metrics: tuple[str, ...]) -> tuple[str, ...]:
        if _SHOWN not in metrics:
            raise ValueError(
                f"{_SHOWN} must be among them, since the report draws it against the perplexity, "
                f"got {', '.join(metrics)}: add it"
            )
        return metrics


class TheoryParams(Section):
    """What the paper states outside its table: experiments by name."""

    seed: int
    experiments: dict[str, Experiment]

    @field_validator("experiments", mode="before")
    @classmethod
    def _build(cls, given: Any) -> dict[str, Experiment]:
        return {
            name: build(EXPERIMENTS[check_name(name, "experiment", EXPERIMENTS)], fields, name)
            for name, fields in check_mapping(given, "experiments").items()
        }


class QuestionsParams(Section):
    """What the paper leaves open: questions by name."""

    seed: int
    experiments: dict[str, Question]

    @field_validator("experiments", mode="before")
    @classmethod
    def _build(cls, given: Any) -> dict[str, Question]:
        return {
            name: build(QUESTIONS[check_name(name, "question", QUESTIONS)], fields, name)
            for name, fields in check_mapping(given, "experiments").items()
        }
