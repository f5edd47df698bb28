"""Parameters of a form as changes of params.yaml, written the way DVC takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from topo.params.stages import SweepParams


def sweep_changes(
    sweep: SweepParams, *, perplexities: Sequence[float] | None, repetitions: int | None
) -> list[str]:
    """Return the changes, NAME=VALUE each, for a sweep with other values on all its datasets.

    What is None is unchanged; datasets of params.yaml may name values of their own.
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
    """Return the changes, NAME=VALUE each, of keys below `benchmark`; None is unchanged."""
    return [
        _change(f"benchmark.{name}", value) for name, value in values.items() if value is not None
    ]


def _change(name: str, value: Any) -> str:
    return f"{name}={json.dumps(value)}"
