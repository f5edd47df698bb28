"""A short chaos; `make chaos` runs a long one."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.chaos import KINDS, Chaos, chaos
from tests.flows.checkout import Checkout


@pytest.fixture(scope="module")
def made(
    reproduced: tuple[Checkout, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chaos]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "RAY_ADDRESS"):
            patch.delenv(name, raising=False)
        # A run on a cluster of two nodes must give what a local Ray under the front door gave.
        with chaos(tmp_path_factory.mktemp("chaos"), reproduced[0]) as made:
            yield made


@pytest.mark.parametrize(
    "kind",
    [
        "damage",
        *(pytest.param(kind, marks=pytest.mark.proof) for kind in KINDS if kind != "damage"),
    ],
)
def test_killed_and_resumed_run_agrees_bit_by_bit(made: Chaos, kind: str) -> None:
    said = made.round(kind, random.Random(kind))
    assert "after the start" in said
