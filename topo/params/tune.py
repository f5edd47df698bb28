"""The section `tune` of params.yaml: which hyperparameters are searched, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from topo.methods import METHODS
from topo.metrics.base import Metric
from topo.metrics.registry import METRICS
from topo.params.faults import build
from topo.params.names import check_name
from topo.params.section import Repetitions, Section


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
        trials = {"n_trials": self.n_trials} | {
            f"fewer.{dataset}.{method}.n_trials": self.budget(dataset, method).n_trials
            for dataset, methods in self.fewer.items()
            for method in methods
        }
        for place, n_trials in trials.items():
            if self.n_startup_trials > n_trials:
                raise ValueError(
                    f"n_startup_trials must be at most {place}, got {self.n_startup_trials} of "
                    f"{n_trials}: lower it or raise {place}"
                )
        for taker, source in self.takes_from.items():
            if source not in self.search or taker in self.search:
                raise ValueError(
                    f"takes_from: {taker} must not be tuned itself, and {source} must be: leave "
                    f"{taker} out there, or choose others; tuned are {', '.join(self.search)}"
                )
        return self
