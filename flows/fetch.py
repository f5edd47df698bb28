"""Stage `fetch`: have MNIST's files in data/raw, from wherever they can be had.

This light step always runs, without Prefect or Ray: DVC does not see environment variables, so
what it finds becomes content that later stages depend on.
"""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from flows import store
from topo.datasets.mnist import MIRRORS, PART_FILES, Mnist, verify_mnist_file
from topo.params import Params

_SECONDS_PER_MIRROR = 10.0


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
        missing = [name for name in PART_FILES[mnist.images] if not _have(name)]
        if missing:
            folder = os.environ.get("MNIST_DIR")
            tried = f"MNIST_DIR={folder}" if folder else "MNIST_DIR (not set)"
            unavailable["mnist"] = (
                f"{', '.join(missing)} not in {store.RAW / 'mnist'}, nor in the folder that "
                "MNIST_DIR names, and no mirror could be reached"
            )
            print(
                f"MNIST is unavailable: {', '.join(missing)} not found in "
                f"{store.RAW / 'mnist'}, nor in {tried}, nor on the mirrors. The run goes on "
                "without it; put the files there, or set MNIST_DIR, and run again.",
                flush=True,
            )
    store.write_json(store.RAW / "unavailable.json", unavailable)


def _have(name: str) -> bool:
    """Have one file, verified: it is there, is copied from MNIST_DIR, or is downloaded."""
    place = store.RAW / "mnist" / name
    if place.exists():
        verify_mnist_file(place)
        return True
    folder = os.environ.get("MNIST_DIR")
    if folder and (Path(folder) / name).exists():
        verify_mnist_file(Path(folder) / name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(folder) / name, place)
        return True
    return any(_download(mirror + name, place) for mirror in MIRRORS)


def _download(url: str, place: Path) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS_PER_MIRROR) as answer:
            content = answer.read()
    except (urllib.error.URLError, OSError):
        return False
    store.write_bytes(place, content)
    try:
        verify_mnist_file(place)
    except ValueError:
        # A mirror that serves something else is no source; a file of the user's would be named.
        place.unlink()
        return False
    return True
