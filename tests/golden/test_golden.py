"""Every unit on this machine: the bits are those committed, or the machine cannot have them."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.arithmetic import in_force
from tests.golden.comparison import (
    TOLERANCE,
    Golden,
    describe_difference,
    golden_of,
    read_golden,
)
from tests.golden.units import golden_units

UNITS, GOLDEN = golden_units(), read_golden()
X = np.arange(4.0)
CONTENT = {"X": X, "file": b"abc"}


@pytest.mark.parametrize("name", UNITS)
def test_bits_are_those_committed(name: str) -> None:
    exact = in_force() == "portable"
    difference = describe_difference(golden_of(UNITS[name]()), GOLDEN.get(name), exact=exact)
    assert not difference, f"{name}: {difference}"
    if not exact:
        pytest.skip(f"{in_force()} arithmetic: sizes agree to {TOLERANCE:.0%}, bits need not")


def test_every_digest_is_of_a_unit() -> None:
    assert sorted(GOLDEN) == sorted(UNITS), "run python -m tests.golden --write"


@pytest.mark.parametrize(
    "other",
    [
        {**CONTENT, "X": np.array([0, 1, 2, np.nextafter(3, 4)])},
        {**CONTENT, "X": np.array([-0.0, 1, 2, 3])},
        {**CONTENT, "X": X.reshape(2, 2)},
        {**CONTENT, "X": X.astype(np.float32)},
        {**CONTENT, "file": b"abd"},
        {"Y": X, "file": b"abc"},
    ],
)
def test_one_bit_is_another_digest(other: dict[str, np.ndarray | bytes]) -> None:
    assert "other bits" in describe_difference(golden_of(other), golden_of(CONTENT), exact=True)


def test_without_portable_arithmetic_sizes_decide() -> None:
    expected = golden_of(CONTENT)
    near, far = (golden_of({**CONTENT, "X": factor * X}) for factor in (1.1, 1.5))
    assert describe_difference(near, expected, exact=False) == ""
    assert "differ by up to 3.3e-01" in describe_difference(far, expected, exact=False)
    other_names = Golden("", {"Y": 1.0})
    assert describe_difference(other_names, expected, exact=False)


def test_a_unit_without_digest_is_told_the_command() -> None:
    difference = describe_difference(golden_of(CONTENT), None, exact=False)
    assert "python -m tests.golden --write" in difference
