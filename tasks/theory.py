"""One unit: an experiment on what the paper states outside its table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tasks.result import Result


def compute_experiment(*, experiment: str, parameters: Mapping[str, Any], seed: int) -> Result:
    """Run an experiment, whose numbers are lists in the order of `TheoryValue`.

    Its class is ``module:name``, imported by name so that the unit depends on that code only.
    """
    module, _, name = experiment.partition(":")
    values = getattr(import_module(module), name)(**parameters).compute(seed=seed)
    return Result(values=[list(each) for each in values])
