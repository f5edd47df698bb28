"""A short chaos; `make chaos` runs a long one."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from pathlib import Path

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


def holders(secret: str, *folders: Path) -> list[Path]:
    """Files that have a secret in them."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert paths
    return [path for path in paths if secret.encode() in path.read_bytes()]


def test_no_credential_is_in_what_a_run_prints_and_writes(made: Chaos) -> None:
    environment, password = made.checkout.environment, secrets.token_hex(16)
    before = environment["PREFECT_API_URL"]
    environment["PREFECT_API_URL"] = before.replace("//", f"//study:{password}@")
    try:
        done = made.checkout.run("flows", "benchmark")
    finally:
        environment["PREFECT_API_URL"] = before
    assert done.returncode == 0, done.stdout + done.stderr
    token = Path(environment["RAY_AUTH_TOKEN_PATH"]).read_text()
    for secret in (token, password):
        assert secret not in done.stdout + done.stderr
        # Results, the server's log and database, finished units; and Ray's logs.
        assert holders(secret, made.checkout.folder, Path(os.environ["RAY_TMPDIR"])) == []
