"""What goes wrong in a round of chaos: kills, damage, edits, a full disk."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

#: Room for the units of a small study, and for what a stage tries to write before it begins.
_DISK_BYTES = 8 * 2**20
_BLOCK = bytes(4096)


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
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def edit(params: Path) -> None:
    """Have another number of model seeds in a parameter file."""
    before = params.read_text()
    after = before.replace("model_seeds: 2", "model_seeds: 1")
    assert after != before
    params.write_text(after)


@contextmanager
def restored(path: Path) -> Iterator[None]:
    """Have a file as it was after a block."""
    before = path.read_text()
    try:
        yield
    finally:
        path.write_text(before)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Have a folder on a small file system of its own for a block; then it is empty.

    Raises
    ------
    PermissionError
        Where none can be had, which only an administrator makes, and not in every container.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs"]
    mount = shutil.which("mount")
    command = ["false"] if mount is None else [mount, *options, str(folder)]
    if subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        raise PermissionError("no file system can be mounted here")
    try:
        yield
    finally:
        # Also while something still writes there.
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leave no room on the file system of a folder."""
    with suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
        while file.write(_BLOCK):
            pass


def break_dvc(folder: Path, rng: random.Random) -> tuple[str, str]:
    """Leave one of DVC's files as a crash does; return its name, and what was done to it."""
    lock, holders = folder / "dvc.lock", folder / ".dvc/tmp/rwlock"
    kind = rng.choice(("empty", "cut", "foreign"))
    if kind == "empty":
        lock.write_bytes(b"")
        return lock.name, "emptied"
    holders.parent.mkdir(parents=True, exist_ok=True)
    if kind == "cut":
        holders.write_text('{"write": {"/a/b": {"pid":')
        return ".dvc/tmp/rwlock", "cut short"
    # Process 1 is there on every machine, and is no DVC.
    entry = {"pid": 1, "cmd": f"{folder}/dvc repro benchmark"}
    holders.write_text(
        json.dumps({"write": {str(folder / "results/benchmark"): entry}, "read": {}})
    )
    return ".dvc/tmp/rwlock", "with a process number of another program"
