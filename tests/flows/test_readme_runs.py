"""Blocks of the README run as printed, in a shell, on the small study."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.flows.checkout import Checkout
from tests.flows.test_dvc_remotes import files
from tests.readme import blocks, commands


def block_with(words: str) -> str:
    (block,) = [block for block in blocks("sh") if words in block]
    return block


def typed(checkout: Checkout, text: str) -> str:
    """What a shell prints that stops at the first failure."""
    done = subprocess.run(
        ["sh", "-ec", text],
        cwd=checkout.folder,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_second_clone_and_old_commit(published: Checkout, clone: Checkout) -> None:
    clone.dvc("pull")
    told = typed(clone, block_with("git clone . ../second"))
    assert re.findall(r"Running stage '(\w+)'", told) == ["fetch"]
    second = Checkout(clone.folder.parent / "second")
    second.environment["HOME"] = clone.environment["HOME"]
    report = files(published.folder / "results/report")
    assert files(second.folder / "results/report") == report
    first = second.git("rev-parse", "HEAD")
    second.git("commit", "--quiet", "--allow-empty", "--message", "Another")
    shutil.rmtree(second.folder / "results/report")
    typed(second, block_with("git checkout HEAD~1"))
    assert second.git("rev-parse", "HEAD") == first
    assert files(second.folder / "results/report") == report


@pytest.mark.parametrize("command", [each for each in commands() if " flows cache" in each])
def test_cache(clone: Checkout, command: str) -> None:
    assert re.search(r"\d+ .*units?", typed(clone, command))
