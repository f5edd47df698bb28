"""Names in params.yaml: each must be registered, and stand once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from topo.datasets import DATASETS
from topo.methods import METHODS
from topo.metrics.registry import METRICS


def check_name(name: str, kind: str, valid: Mapping[str, object]) -> str:
    """Return a name of some kind, or refuse one that is not registered.

    Raises
    ------
    ValueError
        Lists the names that exist, and the closest one.
    """
    if name in valid:
        return name
    close = get_close_matches(name, valid, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    raise ValueError(f"unknown {kind} {name!r}{hint}; valid: {', '.join(valid)}")


def _no_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"named more than once: {', '.join(repeated)}; name each once")
    return names


def _names(kind: str, registry: Mapping[str, object]) -> Any:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        return _no_repeats(tuple(check_name(name, kind, registry) for name in names))

    return Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(check)]


DatasetNames = _names("dataset", DATASETS)
MethodNames = _names("method", METHODS)
MetricNames = _names("metric", METRICS)
