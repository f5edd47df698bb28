"""pydantic's faults as sentences that name a place."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import Repr
from typing import Any

from pydantic import ValidationError

#: Values as messages show them: a line at most, however much an alias stands for.
_short = Repr()
_short.maxlevel, _short.maxstring, _short.maxother = 3, 80, 80


def describe_value(value: Any) -> str:
    """Return a value's repr, shortened where it is long."""
    return _short.repr(value)


def list_faults(error: ValidationError) -> list[str]:
    """Say every fault that pydantic found in one line, beginning with its place."""
    return [_fault(each) for each in error.errors()]


def _fault(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "unknown key; check its spelling"
    elif error["type"] == "missing":
        message = "required, but not given"
    elif error["type"] == "int_from_float":
        message = (
            f"must be a whole number, got {describe_value(error['input'])}: write one in digits"
        )
    elif error["type"] in _EXAMPLES:
        message = _misread(error["input"], example=_EXAMPLES[error["type"]])
    elif not error["msg"].startswith("Value error"):
        message = f"{message}, got {describe_value(error['input'])}"
    return f"{place}: {message}" if place else message


#: What pydantic says of text where a number belongs, and a number as it should be written.
_EXAMPLES = {"int_parsing": "42", "float_parsing": "0.001"}


def _misread(text: str, *, example: str) -> str:
    try:
        # Such as 0x1F, a number in params.yaml but text behind -S.
        example = str(int(text, 0))
    except ValueError:
        example = f"it in digits, such as {example}"
    return f"must be a number, got the text {describe_value(text)}: write {example}"


def build(model: type[Any], fields: Any, place: str) -> Any:
    """Make a pydantic model from a mapping at a place of params.yaml.

    Raises
    ------
    ValueError
        Lists every fault.
    """
    try:
        return model(**check_mapping(fields, place))
    except ValidationError as error:
        raise ValueError("; ".join(f"{place}.{fault}" for fault in list_faults(error))) from error


def check_mapping(given: Any, place: str) -> Mapping[str, Any]:
    """Return a mapping at a place of params.yaml, or refuse what is none with text as keys.

    Raises
    ------
    ValueError
        Names the place and what was found there.
    """
    if not isinstance(given, Mapping):
        raise ValueError(
            f"{place} must map names to parameters, got {type(given).__name__}: write {{}} where "
            "there are none"
        )
    strangers = [key for key in given if not isinstance(key, str)]
    if strangers:
        raise ValueError(f"{place} must have text as keys, got {describe_value(strangers[0])}")
    return given
