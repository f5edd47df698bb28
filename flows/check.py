"""Command `check`: what a method, a dataset or a metric must keep, and whether it does.

It needs no parameters, no Prefect and no Ray.
"""

from __future__ import annotations

import textwrap
import traceback
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from flows import store

_WIDTH = 96
_SIGNS = {"holds": "✓", "broken": "✗", "not tried": "–"}


class _Registered(NamedTuple):
    """What a name stands for, and the checks that it must pass."""

    what: str
    checks: Sequence[Callable[..., None]]
    given: tuple[object, ...]


def check_named(name: str) -> int:
    """Go through the contract of what has a name in a registry, and print what came of it.

    Parameters
    ----------
    name
        Of a method, of a kind of dataset or of a metric.

    Returns
    -------
    int
        0 where all holds, 1 where something does not.

    Raises
    ------
    ValueError
        Where the registries cannot be imported, or none has the name; says what to do.
    """
    found = _find(name)
    from topo.contracts import check

    print(f"{name}, a {found.what}:")
    states = []
    for verdict in check(found.checks, name, *found.given):
        print(f"  {_SIGNS[verdict.state]} {verdict.sentence}")
        if verdict.reason:
            print(textwrap.indent(textwrap.fill(verdict.reason, _WIDTH - 6), "      "), flush=True)
        states.append(verdict.state)
    n_broken, n_untried = states.count("broken"), states.count("not tried")
    words = f"{states.count('holds')} of {len(states)} hold"
    words += f", {n_broken} do not" if n_broken else ""
    print(words + (f", {n_untried} could not be tried" if n_untried else ""))
    return 1 if n_broken else 0


def _find(name: str) -> _Registered:
    try:
        from topo.contracts import DATASET_CHECKS, METHOD_CHECKS, METRIC_CHECKS
        from topo.datasets import DATASETS
        from topo.methods import METHODS
        from topo.metrics.registry import METRICS
    except Exception as error:
        raise ValueError(f"the registries cannot be imported: {_describe(error)}") from error
    found = []
    if name in METHODS:
        found.append(_Registered("method", METHOD_CHECKS, ()))
    if name in DATASETS:
        found.append(_Registered("kind of dataset", DATASET_CHECKS, (store.RAW,)))
    if name in METRICS:
        found.append(_Registered("metric", METRIC_CHECKS, ()))
    if len(found) != 1:
        raise ValueError(_say_not_one(name, [*METHODS, *DATASETS, *METRICS], found))
    return found[0]


def _say_not_one(name: str, known: Iterable[str], found: Sequence[_Registered]) -> str:
    if found:
        kinds = " and ".join(f"a {each.what}" for each in found)
        return f"{name} is the name of {kinds}: give one of them another name"
    close = get_close_matches(name, known, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    return (
        f"no method, dataset or metric is registered as {name!r}{hint}: add its line to METHODS in "
        "topo/methods/__init__.py, to DATASETS in topo/datasets/__init__.py, or to METRICS in "
        "topo/metrics/registry.py (docs/extending.md)"
    )


def _describe(error: Exception) -> str:
    """Say what an import raised, and in which line of this project."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(Path(__file__).parents[1] / "topo")
    ]
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
