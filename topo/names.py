"""Names as a reader sees them, for tables and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from topo.datasets import DATASETS
from topo.methods import METHODS
from topo.metrics.registry import METRICS

#: What stands for a method where the input's diagram is compared with the empty one.
EMPTY = "empty diagram"

#: What a diagram is divided by or multiplied by before it is compared.
_SCALINGS = {
    "raw": "",
    "sum": "its sum",
    "max": "its maximum",
    "best": "the best factor",
    "empty": "0 (empty diagram)",
}

#: Hyperparameters whose names in code are not those of the field.
_HYPERPARAMETERS = {
    "lam": "λ",
    "batch_size": "batch size",
    "hidden": "hidden layers",
    "learning_rate": "learning rate",
}

_ARROWS = {"lower": "↓", "higher": "↑"}


def dataset_title(name: str) -> str:
    """Name of a dataset in print: that of its kind, and what its own name says beyond the kind's.

    ``spheres_2x`` is "SPHERES, 2x"; a name that begins with no kind stays as it is.
    """
    for kind in sorted(DATASETS, key=len, reverse=True):
        if name == kind or name.startswith(f"{kind}_"):
            beyond = name[len(kind) + 1 :].replace("_", " ")
            return f"{DATASETS[kind].title}, {beyond}" if beyond else DATASETS[kind].title
    return name


def class_title(label: int, classes: Sequence[str], outer: int | None) -> str:
    """Name of a class in print: its own, else "outer" for the enclosing one, else its number."""
    if classes:
        return classes[label]
    return "outer" if label == outer else str(label)


def method_title(name: str) -> str:
    """Name of a method in print; its key where it has no other, as an embedding made elsewhere."""
    if name == EMPTY:
        return "Empty diagram"
    return METHODS[name].title if name in METHODS else name


def metric_title(name: str) -> str:
    """Name of a metric in print; its key where it is none of the registry's."""
    return METRICS[name][0].title if name in METRICS else name


def hyperparameter_title(name: str) -> str:
    """Name of a hyperparameter in print; its key where it has no other."""
    return _HYPERPARAMETERS.get(name, name)


def describe_hyperparameters(values: Mapping[str, object]) -> str:
    """Hyperparameters in print, numbers to four digits, such as "epochs 20, λ 1.047"."""
    return ", ".join(
        f"{hyperparameter_title(name)} {_format(value)}" for name, value in values.items()
    )


def _format(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def scaling_title(name: str) -> str:
    """Words for what diagrams are scaled by; empty where they are compared as they are."""
    return _SCALINGS.get(name, name)


def direction_arrow(direction: str) -> str:
    """Arrow towards better values; empty where neither direction is better."""
    return _ARROWS.get(direction, "")
