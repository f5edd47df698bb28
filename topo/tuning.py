"""Bayesian optimisation of a method's hyperparameters: one study, one trial after another."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal

from topo.methods.base import Method


class Study:
    """Suggests hyperparameters by a Gaussian process over the trials so far.

    The same seed and the same values told give the same suggestions.

    Parameters
    ----------
    method
        Class of the method.
    search
        Range of every searched hyperparameter, ends included.
    direction
        Whether lower or higher values of the objective are better.
    n_startup_trials
        How many trials are drawn at random before the Gaussian process takes over.
    seed
        Seed of the suggestions.
    """

    def __init__(
        self,
        method: type[Method],
        search: Mapping[str, tuple[float, float]],
        *,
        direction: Literal["lower", "higher"],
        n_startup_trials: int,
        seed: int,
    ) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with warnings.catch_warnings():
            # Optuna marks the Gaussian-process sampler as experimental: its interface may change.
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.GPSampler(
                seed=seed, n_startup_trials=n_startup_trials, deterministic_objective=True
            )
        self._study = optuna.create_study(
            sampler=sampler, direction="minimize" if direction == "lower" else "maximize"
        )
        self._search = {
            name: _distribution(method, name, limits) for name, limits in search.items()
        }
        self._trial: Any = None

    def ask(self) -> dict[str, Any]:
        """Suggest the next trial's hyperparameters.

        Returns
        -------
        dict
            Value of every searched hyperparameter.
        """
        self._trial = self._study.ask(self._search)
        return dict(self._trial.params)

    def tell(self, value: float | None) -> None:
        """Give the suggested trial's value of the objective.

        Parameters
        ----------
        value
            The value; None where the trial failed, which is no number.
        """
        import optuna

        if value is None:
            self._study.tell(self._trial, state=optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(self._trial, value)


def _distribution(method: type[Method], name: str, limits: tuple[float, float]) -> Any:
    import optuna

    low, high = limits
    if method.model_fields[name].annotation is int:
        return optuna.distributions.IntDistribution(int(low), int(high))
    return optuna.distributions.FloatDistribution(low, high)
