"""params.yaml as a file, what any parameter may be, and pydantic's faults as sentences.

A parameter is text, a finite number, or nothing, in lists and mappings.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from topo.params.faults import describe_value, list_faults
from topo.params.strict_yaml import YAMLError, load_yaml
from topo.params.whole import Params


class ParamsError(ValueError):
    """params.yaml cannot be used; the message lists every fault with its place."""


def parse_params(given: Any) -> Params:
    """Check parameters that have been read.

    Raises
    ------
    ParamsError
        Lists every fault with its place.
    """
    if not isinstance(given, Mapping):
        raise ParamsError(
            f"params.yaml must map stages to parameters, got {type(given).__name__}; "
            "start from the file in the repository"
        )
    faults = _plain_faults(given)
    if faults:
        raise _unusable(faults)
    try:
        return Params(**given)
    except ValidationError as error:
        raise _unusable(list_faults(error)) from error


def _unusable(faults: Sequence[str]) -> ParamsError:
    return ParamsError("\n  ".join(["params.yaml cannot be used:", *faults]))


def load_params(path: Path) -> Params:
    """Read and check a parameter file.

    Raises
    ------
    ParamsError
        As `read_params`, or where what it holds has a fault.
    """
    return parse_params(read_params(path))


def read_params(path: Path) -> Any:
    """Read a parameter file as DVC reads it, whatever its parameters are.

    Raises
    ------
    ParamsError
        Where the file is missing, is not YAML, repeats a key, or has a tag that stands for anything
        but text, numbers, lists and mappings.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ParamsError(
            f"{path} cannot be read ({error.strerror}): run from the project's folder"
        ) from error
    except UnicodeDecodeError as error:
        raise ParamsError(
            f"{path} must be UTF-8 text, got byte 0x{error.object[error.start]:02x} at position "
            f"{error.start}: save it as UTF-8"
        ) from error
    try:
        return load_yaml(text, name=path.name)
    # ruamel.yaml lets some of Python's own errors out, such as for a character beyond Unicode.
    except (YAMLError, ValueError, OverflowError) as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from error


#: Far more than a study needs. An alias counts as often as it stands: a few lines of them can stand
#: for millions of values, and a list for itself.
MOST_VALUES, _DEEPEST, _LONGEST_TEXT = 10_000, 20, 200
#: Up to here every whole number is a float too.
_LARGEST_WHOLE = 2**53

#: What pydantic would turn into a number, though to DVC it is text.
_NUMBER: TypeAdapter[int | float] = TypeAdapter(int | float)
#: Parameters of a dataset that are names in somebody's file.
_NAMES = (("label",), ("columns",), ("outer",))


def _plain_faults(given: Any) -> list[str]:
    """Say in a line each what no parameter can be, before anything looks at what they mean."""
    faults: list[str] = []
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), given)])
    n_values = 0
    while waiting:
        place, value = waiting.popleft()
        n_values += 1
        if n_values + len(waiting) > MOST_VALUES or len(place) > _DEEPEST:
            return [
                f"there must be at most {MOST_VALUES:,} values, up to {_DEEPEST} levels deep, each "
                f"alias counted as what it stands for, got more from {'.'.join(place)} on: "
                "write fewer"
            ]
        is_name = isinstance(value, str) and _is_name(place)
        found = _text_faults(value) if is_name else _faults(value)
        faults += [f"{'.'.join(place) or 'params.yaml'}: {fault}" for fault in found]
        waiting.extend(((*place, part), child) for part, child in _children(value))
    return faults


def _is_name(place: tuple[str, ...]) -> bool:
    """Whether it is a dataset's parameter that names a column or a class: numbers may be names."""
    return place[:1] == ("datasets",) and place[2:3] in _NAMES


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
    if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
        return [f"a whole number must lie within ±{_LARGEST_WHOLE}, got one beyond: write another"]
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
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        return [
            f"must be at most {_LONGEST_TEXT} printable characters, got {describe_value(text)}: "
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
