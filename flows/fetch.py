"""Stage `fetch`: have MNIST's files in data/raw, from wherever they can be had.

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
from topo.datasets.mnist import (
    MIRRORS,
    PART_FILES,
    Mnist,
    verify_mnist_content,
    verify_mnist_file,
)
from topo.params import Params

_SECONDS_PER_MIRROR = 10.0


class MirrorError(Exception):
    """A mirror does not have a file; says why in a few words."""


def fetch(params: Params) -> None:
    """Bring the raw files of every dataset that has any, and say what could not be had.

    Parameters
    ----------
    params
        All parameters.

    Raises
    ------
    ValueError
        Where a file is truncated or altered.
    """
    store.require_writable(store.RAW)
    unavailable: dict[str, str] = {}
    mnist = params.datasets.get("mnist")
    if isinstance(mnist, Mnist):
        answers = {name: _fetch(name) for name in PART_FILES[mnist.images]}
        missing = {name: reasons for name, reasons in answers.items() if reasons is not None}
        if missing:
            unavailable["mnist"] = _say_what_is_missing(missing)
    store.write_json(store.RAW / "unavailable.json", unavailable)


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


def _fetch(name: str) -> list[str] | None:
    """Have one file, verified, or say why no mirror has it: None where it is there."""
    place = store.RAW / "mnist" / name
    if place.exists():
        verify_mnist_file(place)
        return None
    folder = os.environ.get("MNIST_DIR")
    if folder and (Path(folder) / name).exists():
        content = (Path(folder) / name).read_bytes()
        verify_mnist_content(name, content, source=str(Path(folder) / name))
        store.write_bytes(place, content)
        return None
    reasons = []
    for mirror in MIRRORS:
        try:
            store.write_bytes(place, _download(mirror, name))
        except MirrorError as error:
            reasons.append(str(error))
        else:
            return None
    return reasons


def _download(mirror: str, name: str) -> bytes:
    """Return a file's verified bytes; else a reason that is the same whenever it is tried."""
    host = urllib.parse.urlsplit(mirror).netloc or mirror
    try:
        with urllib.request.urlopen(mirror + name, timeout=_SECONDS_PER_MIRROR) as answer:
            content: bytes = answer.read()
        verify_mnist_content(name, content, source=mirror + name)
    except urllib.error.HTTPError as error:
        raise MirrorError(f"{host} answers {error.code}") from error
    except http.client.HTTPException as error:
        raise MirrorError(f"{host} breaks off") from error
    except OSError as error:
        raise MirrorError(f"{host} cannot be reached") from error
    except ValueError as error:
        # A mirror that serves something else is no source; a file of the user's would be named.
        raise MirrorError(f"{host} has another file of that name") from error
    return content
