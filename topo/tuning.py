"""Bayesian optimisation of a method's hyperparameters, or of a dataset's parameters."""

from __future__ import annotations

import math
import warnings
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

#: Significant digits.
_DIGITS = 6


class Study:
    """Suggests hyperparameters by a Gaussian process over the trials so far.

    The same seed and the same values told give the same suggestions. Start-up trials are drawn at
    random, so all of them can be asked for at once; each later one rests on all before it.

    Suggestions, and the values told, have six significant digits. The Gaussian process takes roots
    and exponentials whose last bits differ between processors, and no suggestion may hang on them.

    Parameters
    ----------
    method
        Class of the method, or whatever has what is searched as its fields.
    search
        Range of every searched hyperparameter, ends included.
    direction
        Whether lower or higher values of the objective are better.
    n_startup_trials
        How many trials are drawn at random before the Gaussian process takes over.
    seed
        Seed of the suggestions.

    Raises
    ------
    ValueError
        If a searched hyperparameter is none of the method's or its range does not rise, the
        direction is another, or there is no start-up trial.
    """

    def __init__(
        self,
        method: type[BaseModel],
        search: Mapping[str, tuple[float, float]],
        *,
        direction: Literal["lower", "higher"],
        n_startup_trials: int,
        seed: int,
    ) -> None:
        import optuna

        if direction not in ("lower", "higher"):
            raise ValueError(f"direction must be lower or higher, got {direction!r}")
        if n_startup_trials < 1:
            raise ValueError(f"n_startup_trials must be at least 1, got {n_startup_trials}")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with warnings.catch_warnings():
            # Optuna marks the Gaussian-process sampler as experimental: its interface may change.
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            # Told of no deterministic objective, it estimates how noisy the values are.
            sampler = _rounding_sampler()(seed=seed, n_startup_trials=n_startup_trials)
        self._study = optuna.create_study(
            sampler=sampler, direction="minimize" if direction == "lower" else "maximize"
        )
        self._search = {
            name: _distribution(method, name, limits) for name, limits in search.items()
        }
        self._waiting: deque[Any] = deque()

    def ask(self) -> dict[str, Any]:
        """Suggest the next trial's hyperparameters, every searched one."""
        trial = self._study.ask(self._search)
        self._waiting.append(trial)
        return dict(trial.params)

    def tell(self, value: float | None) -> None:
        """Give the first trial asked for that has no value its objective; None where it failed.

        Raises
        ------
        ValueError
            If no trial waits for a value, or it is neither finite nor None.
        """
        import optuna

        if not self._waiting:
            raise ValueError("no trial waits for a value: ask for one before each value told")
        if value is not None and not math.isfinite(value):
            raise ValueError(f"a trial's value must be finite, or None if it failed, got {value}")
        trial = self._waiting.popleft()
        if value is None:
            self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(trial, _rounded(value))


def _rounding_sampler() -> Any:
    import optuna

    class RoundingSampler(optuna.samplers.GPSampler):
        """Suggests numbers of few digits, which then stand in the study too."""

        def sample_relative(self, study: Any, trial: Any, space: Any) -> dict[str, Any]:
            suggested = super().sample_relative(study, trial, space)
            return {name: _within(value, space[name]) for name, value in suggested.items()}

        def sample_independent(self, study: Any, trial: Any, name: str, distribution: Any) -> Any:
            value = super().sample_independent(study, trial, name, distribution)
            return _within(value, distribution)

    return RoundingSampler


def _within(value: Any, distribution: Any) -> Any:
    if isinstance(value, int):
        return value
    # Rounded, it may have left the range.
    return min(max(_rounded(value), distribution.low), distribution.high)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _distribution(method: type[BaseModel], name: str, limits: tuple[float, float]) -> Any:
    import optuna

    low, high = limits
    if name not in method.model_fields:
        raise ValueError(
            f"{method.__name__} has no hyperparameter {name!r}: choose from "
            f"{', '.join(method.model_fields) or 'none'}"
        )
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(
            f"the range of {name} must rise from its low to its high end, got [{low}, {high}]"
        )
    if method.model_fields[name].annotation is int:
        return optuna.distributions.IntDistribution(int(low), int(high))
    return optuna.distributions.FloatDistribution(low, high)
