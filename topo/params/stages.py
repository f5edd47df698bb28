"""One section of params.yaml per stage, and those that stages share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from topo.methods import METHODS
from topo.methods.base import Method
from topo.metrics.base import Metric
from topo.metrics.registry import METRICS
from topo.metrics.sampled import FEWEST_SAMPLES, SMALLEST_SAMPLE
from topo.params.faults import build, check_mapping
from topo.params.names import DatasetNames, MethodNames, MetricNames, check_name
from topo.splits import Fractions
from topo.stability import FEWEST_DRAWS
from topo.theory import EXPERIMENTS
from topo.theory.base import Experiment, check_distinct


class Section(BaseModel):
    """Part of params.yaml: frozen, no unknown keys, no defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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


#: Further draws and splits are the tuning's: `topo.plan.FIRST_OF_TUNING`.
_MOST_REPETITIONS = 1000
Repetitions = Annotated[int, Field(ge=1, le=_MOST_REPETITIONS)]


class CrossedParams(Section):
    """All combinations of the first draws, splits and model seeds, to tell their spreads apart.

    Attributes
    ----------
    draws
        Of a dataset that is drawn at random; others have one.
    splits
        Of each draw.
    model_seeds
        On each split, for a method that has any randomness.
    """

    draws: int = Field(ge=1)
    splits: int = Field(ge=1)
    model_seeds: int = Field(ge=1)


class RepeatedParams(Section):
    """How often a benchmark is repeated on a dataset.

    Attributes
    ----------
    repetitions
        Each has a split and a model seed of its own, and data where these are drawn at random.
    crossed
        Further fits beside them; at most as many draws and splits as there are repetitions.
    second_best
        In how many of the repetitions a tuned method has its second-best hyperparameters too.
    """

    repetitions: Repetitions
    crossed: CrossedParams
    second_best: int = Field(ge=0)

    @model_validator(mode="after")
    def _check_crossed(self) -> Self:
        for name in ("draws", "splits"):
            n = getattr(self.crossed, name)
            if n > self.repetitions:
                raise ValueError(
                    f"crossed.{name} must be at most repetitions, got {n} of {self.repetitions}: "
                    "lower it or raise repetitions"
                )
        if self.second_best > self.repetitions:
            raise ValueError(
                f"second_best must be at most repetitions, which it is compared in, got "
                f"{self.second_best} of {self.repetitions}: lower it or raise repetitions"
            )
        return self


class OtherRepeatedParams(Section):
    """What of `RepeatedParams` is another on some dataset."""

    repetitions: int | None = None
    crossed: CrossedParams | None = None
    second_best: int | None = None


class StabilityParams(Section):
    """How often each method draws the same points anew, for regions in which a point lies.

    Attributes
    ----------
    draws
        Runs, each with a model seed and a draw of its own: fewer leave no run out to check on.
    share
        Share of the training and of the test points that a draw has.
    """

    draws: int = Field(ge=FEWEST_DRAWS)
    share: float = Field(ge=0.5, lt=1)


class BenchmarkParams(RepeatedParams):
    """The comparison of Table 1.

    Attributes
    ----------
    leave_out
        Methods that do not run on a dataset, by the dataset's name.
    per_dataset
        How often it is repeated on some datasets, where that is another number.
    defaults
        In how many of the repetitions a tuned method has its values of params.yaml too, which tells
        what tuning gains.
    stability
        Further embeddings of split 0, which show how far a picture can be trusted point by point;
        none if it is left out.
    """

    datasets: DatasetNames
    methods: MethodNames
    leave_out: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    metrics: MetricNames
    defaults: int = Field(default=0, ge=0)
    stability: StabilityParams | None = None
    per_dataset: dict[str, OtherRepeatedParams] = Field(default_factory=dict)

    def on(self, dataset: str) -> RepeatedParams:
        """Return how often the benchmark is repeated on a dataset."""
        usual = self.model_dump(include=set(RepeatedParams.model_fields))
        other = self.per_dataset.get(dataset, OtherRepeatedParams()).model_dump(exclude_none=True)
        repeated: RepeatedParams = build(
            RepeatedParams, {**usual, **other}, f"per_dataset.{dataset}"
        )
        return repeated

    @model_validator(mode="after")
    def _check_defaults(self) -> Self:
        fewest = min(self.on(dataset).repetitions for dataset in self.datasets)
        if self.defaults > fewest:
            raise ValueError(
                f"defaults must be at most repetitions, which they are compared in, got "
                f"{self.defaults} of {fewest}: lower it or raise repetitions"
            )
        return self

    @model_validator(mode="after")
    def _check_per_dataset(self) -> Self:
        for dataset in self.per_dataset:
            self.on(dataset)
        return self

    @model_validator(mode="after")
    def _check_left_out(self) -> Self:
        for methods in self.leave_out.values():
            for method in methods:
                check_name(method, "method", METHODS)
        for dataset in self.datasets:
            if not set(self.methods) - set(self.leave_out.get(dataset, ())):
                raise ValueError(
                    f"leave_out: no method is left to run on {dataset}: leave fewer of them out, "
                    f"or leave {dataset} out of datasets"
                )
        return self

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield every dataset with each method that runs on it, in the order of params.yaml."""
        for dataset in self.datasets:
            left_out = self.leave_out.get(dataset, ())
            yield from ((dataset, method) for method in self.methods if method not in left_out)


def _check_range(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    if not low < high:
        raise ValueError(
            f"a search range must rise from its low to its high end, got [{low:g}, {high:g}]: "
            "change one of them"
        )
    return limits


_SearchRange = Annotated[tuple[float, float], AfterValidator(_check_range)]


def _can_be_optimised(metrics: Sequence[Metric]) -> bool:
    return len(metrics) == 1 and metrics[0].direction != "none"


class Budget(Section):
    """How much a study may compute.

    Attributes
    ----------
    n_trials
        Trials.
    judged_again
        In how many further repetitions the best of them and the default are judged.
    """

    n_trials: int = Field(ge=1)
    judged_again: Repetitions


class FewerParams(Section):
    """What of a `Budget` is another for some study."""

    n_trials: int | None = None
    judged_again: int | None = None


class TuneParams(Budget):
    """Bayesian optimisation of hyperparameters (section 4.1.4 of the paper).

    Attributes
    ----------
    takes_from
        Datasets that take the values of another instead.
    objective
        Metric on the validation points.
    n_startup_trials
        How many trials of a study are drawn at random.
    n_best
        How many of its best trials are judged again, beside the values of ``methods``.
    fewer
        Studies with another budget, by dataset and method.
    seed
        Root of the studies' seeds.
    search
        Range of every searched hyperparameter, by dataset and method: a study for each pair.
    """

    takes_from: dict[str, str]
    objective: str
    n_startup_trials: int = Field(ge=1)
    n_best: int = Field(ge=1)
    fewer: dict[str, dict[str, FewerParams]] = Field(default_factory=dict)
    seed: int
    search: dict[str, dict[str, dict[str, _SearchRange]]]

    def budget(self, dataset: str, method: str) -> Budget:
        """Return how much the study of a method on a dataset may compute."""
        usual = self.model_dump(include=set(Budget.model_fields))
        fewer = self.fewer.get(dataset, {}).get(method, FewerParams())
        place = f"fewer.{dataset}.{method}"
        budget: Budget = build(Budget, {**usual, **fewer.model_dump(exclude_none=True)}, place)
        return budget

    @field_validator("objective")
    @classmethod
    def _check_objective(cls, name: str) -> str:
        valid = [each for each, metrics in METRICS.items() if _can_be_optimised(metrics)]
        if check_name(name, "metric", METRICS) not in valid:
            raise ValueError(
                f"{name} cannot be optimised, since it has several scalings or no direction: "
                f"choose one of {', '.join(valid)}"
            )
        return name

    @field_validator("search")
    @classmethod
    def _check_search(cls, search: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for dataset, methods in search.items():
            if not methods:
                raise ValueError(f"{dataset} has no method to tune: name one, or leave it out")
            for method, ranges in methods.items():
                fields = METHODS[check_name(method, "method", METHODS)].model_fields
                if not ranges:
                    raise ValueError(
                        f"{dataset}.{method} has no hyperparameter to search: give one a range, "
                        f"or leave {method} out"
                    )
                for name in ranges:
                    check_name(name, f"hyperparameter of {method}", fields)
        return search

    @model_validator(mode="after")
    def _check_counts(self) -> Self:
        for dataset, methods in self.fewer.items():
            for method in methods:
                if method not in self.search.get(dataset, {}):
                    raise ValueError(
                        f"fewer: {method} is not tuned on {dataset}: name it in search, or "
                        "leave it out there"
                    )
        budgets = [
            self.budget(dataset, each) for dataset in self.search for each in self.search[dataset]
        ]
        fewest = min([self.n_trials, *(budget.n_trials for budget in budgets)])
        if self.n_startup_trials > fewest:
            raise ValueError(
                f"n_startup_trials must be at most n_trials, got {self.n_startup_trials} of "
                f"{fewest}: lower it or raise n_trials"
            )
        for taker, source in self.takes_from.items():
            if source not in self.search or taker in self.search:
                raise ValueError(
                    f"takes_from: {taker} must not be tuned itself, and {source} must be: leave "
                    f"{taker} out there, or choose others; tuned are {', '.join(self.search)}"
                )
        return self


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


class SweepParams(Section):
    """t-SNE at many perplexities (figure 8), the topological autoencoder at more epochs.

    Datasets may name other perplexities; `epochs` is null where no longer training is wanted.
    """

    perplexities: _Perplexities
    datasets: dict[str, DatasetSweep]
    epochs: EpochsSweep | None
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
