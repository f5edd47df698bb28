"""The committed digests, and how a result is held against them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.unit import digest_array
from tests.golden.units import Content

FILE = Path(__file__).with_name("golden.json")

#: Relative difference of sizes that native arithmetic may make: descents amplify a last bit.
TOLERANCE = 0.2


class Golden(NamedTuple):
    """What is kept of a unit's result.

    Attributes
    ----------
    sha256
        Digest of all of its bytes.
    sizes
        Every number, root mean square of every array about its columns' means, and length of every
        file, by name: what other bits hardly change.
    """

    sha256: str
    sizes: Mapping[str, float]


def golden_of(content: Content) -> Golden:
    """Return what is kept of a result."""
    digests, sizes = {}, {}
    for name, value in content.items():
        if isinstance(value, bytes):
            digests[name], sizes[name] = hashlib.sha256(value).hexdigest(), float(len(value))
        else:
            digests[name], sizes[name] = digest_array(value), _size(value)
    return Golden(hashlib.sha256(json.dumps(digests).encode()).hexdigest(), sizes)


def _size(array: NDArray[Any]) -> float:
    numbers = array.astype(np.float64)
    return float(numbers) if array.ndim == 0 else float(np.sqrt(numbers.var(axis=0).mean()))


def read_golden() -> dict[str, Golden]:
    """Return what is committed, by the name of the unit."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: Golden(**each) for name, each in kept.items()}


def write_golden(found: Mapping[str, Golden]) -> None:
    """Write one line a unit, by name."""
    lines = [f"{json.dumps(name)}: {json.dumps(found[name]._asdict())}" for name in sorted(found)]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def describe_difference(found: Golden, expected: Golden | None, *, exact: bool) -> str:
    """Say how a result differs from what is committed; empty where it does not.

    Parameters
    ----------
    found
        Of the result.
    expected
        What is committed; None where nothing is.
    exact
        Whether every bit counts, or sizes within `TOLERANCE` will do.
    """
    if expected is None:
        return "it has no digest: run python -m tests.golden --write"
    if found.sha256 == expected.sha256:
        return ""
    largest = _largest_difference(found, expected)
    if not exact and largest <= TOLERANCE:
        return ""
    return f"other bits, and sizes that differ by up to {largest:.1e} of themselves"


def _largest_difference(found: Golden, expected: Golden) -> float:
    if found.sizes.keys() != expected.sizes.keys():
        return float("inf")
    pairs = [(found.sizes[name], expected.sizes[name]) for name in expected.sizes]
    return max(abs(a - b) / (max(abs(a), abs(b)) or 1.0) for a, b in pairs)
