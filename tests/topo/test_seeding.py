"""Seeds of units."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topo.seeding import derive_seed


def test_value_is_the_same_on_every_machine() -> None:
    # First four bytes of `printf '["spheres","tsne",3]' | sha256sum`.
    assert derive_seed("spheres", "tsne", 3) == 0x8EA5E7F4


def test_text_differs_from_number() -> None:
    assert derive_seed("1") != derive_seed(1)


def test_order_and_grouping_count() -> None:
    seeds = {derive_seed("a", "b"), derive_seed("b", "a"), derive_seed("ab"), derive_seed("a,b")}
    assert len(seeds) == 4


def test_letters_beyond_ascii_are_coordinates_too() -> None:
    assert derive_seed("köln") != derive_seed("koln")


@settings(derandomize=True)
@given(st.lists(st.one_of(st.text('abé,"', max_size=4), st.integers()), min_size=1))
def test_fits_32_bits(coordinates: list[str | int]) -> None:
    seed = derive_seed(*coordinates)
    assert 0 <= seed < 2**32
    np.random.RandomState(seed)


def test_thousand_units_have_a_thousand_seeds() -> None:
    assert len({derive_seed("mnist", "ae", repetition) for repetition in range(1000)}) == 1000


def test_leaves_global_random_state_alone() -> None:
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.rand()
    random.seed(1)
    np.random.seed(1)
    derive_seed("a")
    assert (random.random(), np.random.rand()) == expected


def test_no_coordinates() -> None:
    with pytest.raises(ValueError, match="at least one coordinate, got none"):
        derive_seed()


@pytest.mark.parametrize("wrong", [1.0, True, None, np.int64(1)])
def test_other_types_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"must be str or int, got .* at position 1"):
        derive_seed("a", wrong)  # type: ignore[arg-type]
