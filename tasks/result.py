"""What a unit of work returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Result:
    """What a unit returns: named arrays, and values that JSON can hold.

    Attributes
    ----------
    arrays
        Arrays of numbers; object arrays are refused when the result is kept.
    values
        Anything made of dicts, lists, strings, floats (NaN and infinity included) and None.
    """

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    values: Any = None
