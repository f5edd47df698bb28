"""What goes wrong in a round of chaos: signals, damage, edits, a full disk."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.flows.checkout import Checkout

#: Less than all finished units take, and more than one of them.
_FULL_BYTES = 65536


def busy_workers(raylets: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Return the workers that run a unit; Ray gives a worker the name of what it runs."""
    found = []
    for raylet in raylets:
        for child in raylet.children():
            with suppress(psutil.NoSuchProcess):
                name = child.name()
                if name.startswith("ray::") and "IDLE" not in name and "Agent" not in name:
                    found.append(child)
    return found


def damage(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


@contextmanager
def edited(params: Path) -> Iterator[None]:
    """Have another number of model seeds in a parameter file for a block."""
    before = params.read_text()
    after = before.replace("extra_model_seeds: 1", "extra_model_seeds: 0")
    assert after != before
    params.write_text(after)
    try:
        yield
    finally:
        params.write_text(before)


def can_mount() -> bool:
    """Whether a file system of its own can be had, which only an administrator makes."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Have a folder on a file system that is soon full, for a block; then it is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={_FULL_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def break_dvc(folder: Path, rng: random.Random) -> tuple[str, bool]:
    """Leave one of DVC's files as a crash does; return what was done, and if dvc.lock is lost."""
    lock, holders = folder / "dvc.lock", folder / ".dvc/tmp/rwlock"
    kind = rng.choice(("empty", "cut", "foreign"))
    if kind == "empty":
        lock.write_bytes(b"")
        return "dvc.lock emptied", True
    holders.parent.mkdir(parents=True, exist_ok=True)
    if kind == "cut":
        holders.write_text('{"write": {"/a/b": {"pid":')
        return ".dvc/tmp/rwlock cut short", False
    # Process 1 is there on every machine, and is no DVC.
    entry = {"pid": 1, "cmd": f"{folder}/dvc repro benchmark"}
    holders.write_text(
        json.dumps({"write": {str(folder / "results/benchmark"): entry}, "read": {}})
    )
    return ".dvc/tmp/rwlock with a process number of another program", False


@contextmanager
def without(environment: dict[str, str], *names: str) -> Iterator[None]:
    """Take variables out of an environment for a block."""
    taken = {name: environment.pop(name) for name in names}
    try:
        yield
    finally:
        environment.update(taken)


def left_in(checkout: Checkout) -> list[str]:
    """Return the processes that work in a checkout, other than this one and its descendants."""
    own = psutil.Process()
    known = {own.pid, *(process.pid for process in own.children(recursive=True))}
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if process.pid not in known and process.cwd().startswith(str(checkout.folder)):
                found.append(" ".join(process.info["cmdline"] or [])[:100].strip())
        except psutil.Error:
            continue
    return found
