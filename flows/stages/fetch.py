"""Stage `fetch`: have MNIST's files in data/raw, from wherever they can be had.

They are kept uncompressed: what data/raw holds is then the same whoever compressed them.

This light step always runs, without Prefect or Ray: DVC does not see environment variables, so
what it finds becomes content that later stages depend on.
"""

from __future__ import annotations

import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows import store
from flows.versioning.digests import write_digests
from topo.datasets.base import Dataset
from topo.datasets.mnist import (
    MIRRORS,
    MOST_BYTES,
    PART_FILES,
    Mnist,
    MnistFile,
    find_mnist_file,
    mnist_content,
    spellings,
)
from topo.params import Params

_SECONDS_PER_MIRROR = 10.0


class _MirrorError(Exception):
    """A mirror does not have a file; says why in a few words."""


def fetch(params: Params) -> None:
    """Bring the raw files of every dataset that has any, and say what could not be had.

    Raises
    ------
    ValueError
        Where a file is truncated, altered or another one.
    """
    store.require_writable(store.RAW)
    unavailable: dict[str, str] = {}
    answers = {file: _fetch(file) for file in mnist_files(params)}
    missing = {file: reasons for file, reasons in answers.items() if reasons is not None}
    reason = _say_what_is_missing(missing) if missing else ""
    for name, dataset in params.datasets.items():
        if missing.keys() & set(_files_of(dataset)):
            unavailable[name] = reason
    store.write_json(store.RAW / "unavailable.json", unavailable)
    write_digests(params)


def mnist_files(params: Params) -> tuple[str, ...]:
    """Return the names of MNIST's files that datasets need, each once."""
    needed = (file for dataset in params.datasets.values() for file in _files_of(dataset))
    return tuple(dict.fromkeys(needed))


def _files_of(dataset: Dataset) -> tuple[str, ...]:
    return PART_FILES[dataset.images] if isinstance(dataset, Mnist) else ()


def _say_what_is_missing(missing: Mapping[str, Sequence[str]]) -> str:
    """Print what could not be had, and return it without what only this machine knows."""
    files, place = ", ".join(missing), store.RAW / "mnist"
    # Mostly every file has the same reason on the same mirror.
    reasons = "; ".join(dict.fromkeys(each for answers in missing.values() for each in answers))
    folder = os.environ.get("MNIST_DIR")
    tried = f"MNIST_DIR={folder}" if folder else "MNIST_DIR (not set)"
    print(
        f"MNIST is unavailable: {files} not found in {place}, nor in {tried}, nor on the mirrors "
        f"({reasons}). The run goes on without it; put the files there, or set MNIST_DIR, and run "
        "again.",
        flush=True,
    )
    return (
        f"{files} not in {place}, nor in the folder that MNIST_DIR names, nor on the mirrors "
        f"({reasons})"
    )


def mnist_folders() -> tuple[Path, ...]:
    """Return the folders that MNIST's files are looked for in, one after the other."""
    named = os.environ.get("MNIST_DIR")
    return (store.RAW / "mnist", *([Path(named)] if named else []))


def find_mnist(name: str) -> MnistFile | None:
    """Look for one of MNIST's files on this machine; None where no folder has one of that name.

    Raises
    ------
    ValueError
        Where the first folder with a file of that name has another one under it.
    """
    found = (find_mnist_file(folder, name) for folder in mnist_folders())
    return next((each for each in found if each is not None), None)


def _fetch(name: str) -> list[str] | None:
    """Have one file, verified, or say why no mirror has it: None where it is there."""
    found = find_mnist(name)
    if found is not None:
        _keep(name, found.content)
        return None
    reasons = []
    for mirror in MIRRORS:
        try:
            _keep(name, _download(mirror, name))
        except _MirrorError as error:
            reasons.append(str(error))
        else:
            return None
    return reasons


def _keep(name: str, content: bytes) -> None:
    """Have a file's content in its one place, and no file of another spelling beside it."""
    place, *others = spellings(store.RAW / "mnist", name)
    if place.is_dir():
        raise OSError(f"{place} must be a file, and is a folder: move it away")
    if not place.is_file() or place.read_bytes() != content:
        store.write_bytes(place, content)
    for other in others:
        if other.is_file():
            print(f"{other} is removed: {place} has MNIST's content", flush=True)
            other.unlink()


def _download(mirror: str, name: str) -> bytes:
    """Return a file's verified content; else a reason that is the same whenever it is tried."""
    host = urllib.parse.urlsplit(mirror).netloc or mirror
    address = f"{mirror}{name}.gz"
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS_PER_MIRROR) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
            missing = getattr(answer, "length", None)
        if missing and len(content) <= MOST_BYTES:
            raise http.client.IncompleteRead(content, missing)
        return mnist_content(name, content, source=address)
    except urllib.error.HTTPError as error:
        raise _MirrorError(f"{host} answers {error.code}") from error
    except http.client.HTTPException as error:
        raise _MirrorError(f"{host} breaks off") from error
    except OSError as error:
        raise _MirrorError(f"{host} cannot be reached") from error
    except ValueError as error:
        # A mirror that serves something else is no source; a file of the user's would be named.
        raise _MirrorError(f"{host} has another file of that name") from error
