"""A short chaos; `make chaos` runs a long one."""

from __future__ import annotations

import os
import random
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.rounds import play
from tests.chaos.stage_rounds import IN_RUN
from tests.chaos.study import STAGES, Study, study
from tests.flows.checkout import Checkout


@pytest.fixture(scope="module")
def made(
    reproduced: tuple[Checkout, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Study]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "RAY_ADDRESS"):
            patch.delenv(name, raising=False)
        # A run on a cluster of two nodes must give what a local Ray under the front door gave:
        # in a study that asks for its next unit, and in stages that know all theirs.
        stages = ("tune", "theory", "benchmark")
        with study(tmp_path_factory.mktemp("chaos"), reproduced[0], stages=stages) as made:
            yield made


def test_two_fresh_runs_agree_bit_by_bit(made: Study) -> None:
    """One by one on a local Ray, the other, stage by stage, on a cluster of two nodes."""
    assert made.read_tables() == made.tables
    compared = {name.partition("/")[0] for name in made.tables}
    assert set(STAGES) <= compared
    assert made.n_units > made.n_benchmark > 0


def test_table_that_cannot_be_written_is_named_and_its_units_are_kept(made: Study) -> None:
    table = made.checkout.folder / "results/theory/scores.csv"
    content = table.read_bytes()
    table.unlink()
    (table / "in the way").mkdir(parents=True)
    done = made.checkout.run("flows", "theory")
    shutil.rmtree(table)
    table.write_bytes(content)
    assert done.returncode == 1
    assert "error: results/theory/scores.csv could not be written (" in done.stderr
    assert "finished units are kept" in done.stderr
    assert "Traceback" not in done.stderr.rpartition("error: ")[2]


def test_folder_that_cannot_be_written_is_named_before_anything_is_computed(made: Study) -> None:
    made.forget()
    folder = made.checkout.folder / "results/theory"
    aside = folder.rename(made.checkout.folder / ".cache/aside")
    folder.write_text("a file where the folder should be")
    done = made.checkout.run("flows", "theory")
    folder.unlink()
    aside.rename(folder)
    assert done.returncode == 1
    assert "error: results/theory must be a folder that can be written, but" in done.stderr
    assert made.kept() == []


@pytest.mark.parametrize(
    "kind",
    [
        "damage",
        *(pytest.param(kind, marks=pytest.mark.proof) for kind in IN_RUN if kind != "damage"),
    ],
)
def test_killed_and_resumed_run_agrees_bit_by_bit(made: Study, kind: str) -> None:
    # What is aimed at may end by itself in that moment.
    hits = made.tally.hits
    said = [play(made, kind, random.Random(f"{kind} {n}")) for n in range(3) if not hits[kind]]
    if kind in made.tally.left_out:
        pytest.skip(said[0])
    assert hits[kind] == 1, said
    assert not made.tally.complaints()


def holders(secret: str, *folders: Path) -> list[Path]:
    """Files that have a secret in them."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert paths
    return [path for path in paths if secret.encode() in path.read_bytes()]


def test_no_credential_is_in_what_a_run_prints_and_writes(made: Study) -> None:
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
        assert holders(secret, made.checkout.folder, Path(os.environ["RAY_TMPDIR"], "ray")) == []
