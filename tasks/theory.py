"""One unit: an experiment on what the paper states outside its table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tasks.result import Result


def compute_experiment(*, experiment: str, parameters: Mapping[str, Any], seed: int) -> Result:
    """Run an experiment.

    Parameters
    ----------
    experiment
        Its class as ``module:name``, imported by name so that the unit depends on that code only.
    parameters
        Fields of the class.
    seed
        Seed of all randomness.

    Returns
    -------
    Result
        Values: one list for each number, in the order of `topo.theory.base.TheoryValue`.
    """
    module, _, name = experiment.partition(":")
    values = getattr(import_module(module), name)(**parameters).compute(seed=seed)
    return Result(values=[list(each) for each in values])
