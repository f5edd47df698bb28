"""Hyperparameters as one value, that tables can hold, compare and group by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import pandas as pd


@dataclass(frozen=True)
class Hyperparameters:
    """A method's hyperparameters: numbers by name. Text stands for them in files alone.

    It is no mapping itself: pandas would take each for a list of values.
    """

    pairs: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Make them from values by name."""
        return cls(tuple(sorted((name, _hashable(value)) for name, value in values.items())))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` wrote.

        Raises
        ------
        ValueError
            If it is no canonical JSON of values by name.
        """
        try:
            values = json.loads(text)
            parsed = cls.of(values) if isinstance(values, dict) else None
            if parsed is not None and parsed.text == text:
                return parsed
        except (ValueError, RecursionError):
            pass
        raise ValueError(
            f"hyperparameters must be canonical JSON of numbers by name, got {text[:200]}"
        )

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Values by name."""
        return dict(self.pairs)

    @cached_property
    def text(self) -> str:
        """Canonical JSON: the same for equal values, with sorted keys and no spaces."""
        return json.dumps(self.values, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parse_hyperparameters(texts: pd.Series[str]) -> pd.Series[Any]:
    """Read a column of canonical JSON.

    Raises
    ------
    ValueError
        As `Hyperparameters.parse`.
    """
    parsed = {text: Hyperparameters.parse(text) for text in texts.unique()}
    return pd.Series([parsed[text] for text in texts], texts.index, dtype="object")


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        raise ValueError(f"hyperparameters must be numbers, text or lists of them, got {value}")
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value
