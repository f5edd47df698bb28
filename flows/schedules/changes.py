"""Parameters of a form as changes of params.yaml, written the way DVC takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from topo.params.stages import SweepParams


def sweep_changes(
    sweep: SweepParams, *, perplexities: Sequence[float] | None, repetitions: int | None
) -> list[str]:
    """Return the changes for a sweep with other values on every one of its datasets.

    Parameters
    ----------
    sweep
        The sweep of params.yaml: which datasets it has, and which name values of their own.
    perplexities, repetitions
        What to set; unchanged where None.

    Returns
    -------
    list of str
        One NAME=VALUE each.
    """
    changes = []
    if perplexities is not None:
        values = [int(each) if float(each).is_integer() else each for each in perplexities]
        own = [name for name, each in sweep.datasets.items() if each.perplexities is not None]
        places = ["sweep", *(f"sweep.datasets.{name}" for name in own)]
        changes += [_change(f"{place}.perplexities", values) for place in places]
    if repetitions is not None:
        changes += [
            _change(f"sweep.datasets.{name}.repetitions", repetitions) for name in sweep.datasets
        ]
    return changes


def benchmark_changes(**values: Any) -> list[str]:
    """Return the changes for a benchmark with other values.

    Parameters
    ----------
    **values
        Value of every key below `benchmark`; unchanged where None.

    Returns
    -------
    list of str
        One NAME=VALUE each.
    """
    return [
        _change(f"benchmark.{name}", value) for name, value in values.items() if value is not None
    ]


def _change(name: str, value: Any) -> str:
    return f"{name}={json.dumps(value)}"
