"""A short chaos; `make chaos` runs a long one."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

import pytest

from tests.chaos import KINDS, Chaos, chaos


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaos]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "RAY_ADDRESS"):
            patch.delenv(name, raising=False)
        with chaos(tmp_path_factory.mktemp("chaos")) as made:
            yield made


def test_two_fresh_runs_agree_bit_by_bit(made: Chaos, reproduced) -> None:
    # One run on a cluster of two nodes, the other on a local Ray under the front door.
    folder = reproduced[0].folder / "results/benchmark"
    tables = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert tables == made.tables


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
