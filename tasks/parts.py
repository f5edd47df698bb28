"""Results made of parts: what one unit computes together, and a later run asks for piece by piece.

A unit with parts has one file. Each part in it has a key of its own, of the code that can change
that part: an added part is computed alone, a changed one replaces what stood there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tasks.result import Result
from tasks.unit import Unit


def missing_parts(unit: Unit, stored: Result | None) -> tuple[str, ...]:
    """Return the parts of a unit that its file does not have, or has of other code."""
    kept = _kept(stored)
    keys = unit.part_keys
    return tuple(name for name in unit.parts if kept.get(name, {}).get("key") != keys[name])


def only_parts(unit: Unit, names: tuple[str, ...]) -> Unit:
    """Return a unit that computes some parts only; its function is told which by `parts`.

    A unit without parts is returned as it is, and so are its results below.
    """
    if not unit.parts:
        return unit
    return replace(
        unit,
        parameters={**unit.parameters, "parts": list(names)},
        parts={name: unit.parts[name] for name in names},
    )


def add_parts(unit: Unit, stored: Result | None, computed: Result) -> Result:
    """Return what the unit's file is to have: what it had, and what has been computed.

    Parameters
    ----------
    unit
        The unit.
    stored
        What its file has, if there is one.
    computed
        What its function returned: as values, each part's by name; arrays are called
        ``part/array``.

    Returns
    -------
    Result
        To be kept; `chosen_parts` reads it.
    """
    if not unit.parts:
        return computed
    keys = unit.part_keys
    fresh = {name: {"key": keys[name], "values": computed.values[name]} for name in computed.values}
    before = {} if stored is None else stored.arrays
    arrays = {name: array for name, array in before.items() if _part_of(name) not in fresh}
    return Result({**arrays, **computed.arrays}, {**_kept(stored), **fresh})


def chosen_parts(unit: Unit, stored: Result) -> Result:
    """Return the parts that the unit asks for: values by part, arrays by their own names."""
    if not unit.parts:
        return stored
    kept = _kept(stored)
    arrays = {
        name.partition("/")[2]: array
        for name, array in stored.arrays.items()
        if _part_of(name) in unit.parts
    }
    return Result(arrays, {name: kept[name]["values"] for name in unit.parts})


def _kept(stored: Result | None) -> Mapping[str, Any]:
    return stored.values if stored is not None and isinstance(stored.values, dict) else {}


def _part_of(array: str) -> str:
    return array.partition("/")[0]
