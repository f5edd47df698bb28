"""What any parameter may be: text, a finite number, or nothing, in lists and mappings."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from topo.params.faults import describe_value

#: Far more than a study needs. An alias counts as often as it stands: a few lines of them can stand
#: for millions of values, and a list for itself.
MOST_VALUES, DEEPEST, LONGEST_TEXT = 10_000, 20, 200
#: Up to here every whole number is a float too.
LARGEST_INTEGER = 2**53

#: What pydantic would turn into a number, though to DVC it is text.
_NUMBER: TypeAdapter[int | float] = TypeAdapter(int | float)


def plain_faults(given: Any) -> list[str]:
    """Say in a line each what no parameter can be, before anything looks at what they mean."""
    faults: list[str] = []
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), given)])
    n_values = 0
    while waiting:
        place, value = waiting.popleft()
        n_values += 1
        if n_values + len(waiting) > MOST_VALUES or len(place) > DEEPEST:
            return [
                f"there must be at most {MOST_VALUES:,} values, up to {DEEPEST} levels deep, each "
                f"alias counted as what it stands for, got more from {'.'.join(place)} on: "
                "write fewer"
            ]
        faults += [f"{'.'.join(place) or 'params.yaml'}: {fault}" for fault in _faults(value)]
        waiting.extend(((*place, part), child) for part, child in _children(value))
    return faults


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((key, child) for key, child in value.items() if not _text_faults(key))
    elif isinstance(value, list | tuple):
        yield from ((str(index), child) for index, child in enumerate(value))


def _faults(value: Any) -> list[str]:
    if isinstance(value, bool):
        return [
            f"no parameter is true or false, got {value}: write a number, or text in quotation "
            "marks"
        ]
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return [f"a whole number must lie within ±{LARGEST_INTEGER}, got one beyond: write another"]
    if isinstance(value, float) and not math.isfinite(value):
        return [f"a number must be finite, got {value}: write another"]
    if isinstance(value, str):
        return _text_faults(value) or _number_faults(value)
    if isinstance(value, Mapping):
        return [f"key {fault}" for key in value for fault in _text_faults(key)]
    if value is None or isinstance(value, int | float | list | tuple):
        return []
    return [
        f"a parameter is text, a number, a list or a mapping, got {type(value).__name__}: write it "
        "as one of these, without a tag"
    ]


def _text_faults(text: Any) -> list[str]:
    if not isinstance(text, str):
        return [f"must be text, got {describe_value(text)}: put it in quotation marks"]
    if len(text) > LONGEST_TEXT or not text.isprintable():
        return [
            f"must be at most {LONGEST_TEXT} printable characters, got {describe_value(text)}: "
            "write fewer, and none but these"
        ]
    return []


def _number_faults(text: str) -> list[str]:
    try:
        number = _NUMBER.validate_python(text)
    except ValidationError:
        return []
    spelling = repr(number) if math.isfinite(number) else "another"
    return [f"a number must be no text, got {describe_value(text)}: write {spelling}"]
