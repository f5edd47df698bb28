"""Names in params.yaml: each must be registered, and stand once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from topo.methods import METHODS
from topo.metrics.registry import METRICS
from topo.params.faults import describe_value


def check_name(name: Any, kind: str, valid: Mapping[str, object], *, place: str = "") -> str:
    """Return a name of some kind, or refuse one that is not registered; say where, if it is given.

    Raises
    ------
    ValueError
        Lists the names that exist, and the closest one.
    """
    if isinstance(name, str) and name in valid:
        return name
    close = get_close_matches(str(name), valid, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    where = f"{place}: " if place else ""
    raise ValueError(
        f"{where}unknown {kind} {describe_value(name)}{hint}; valid: {', '.join(valid)}"
    )


def _no_repeats(names: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"named more than once: {', '.join(repeated)}; name each once")
    return names


def _names(kind: str, registry: Mapping[str, object]) -> Any:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        return _no_repeats(tuple(check_name(name, kind, registry) for name in names))

    return Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(check)]


#: Which there are, the rest of params.yaml says.
DatasetNames = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_no_repeats)]
MethodNames = _names("method", METHODS)
MetricNames = _names("metric", METRICS)
