"""The unit cache: one checksummed file per finished unit, written by the driver."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tasks.arrays import pack_arrays, unpack_arrays
from tasks.result import Result

_VALUES = "values.json"
_WRITING = ".writing-"
_SECONDS_PER_DAY = 86400.0


@dataclass(frozen=True)
class Entry:
    """A file of the cache.

    Attributes
    ----------
    path
        The file.
    size
        Bytes.
    unused_days
        Days since it was last read or written.
    """

    path: Path
    size: int
    unused_days: float


class UnitCache:
    """Finished units by key, in a folder.

    A file is written beside its place and renamed into it, so a reader never sees half of one. It
    begins with the SHA-256 of what follows, so a changed byte is noticed. Its time of change is when
    it was last used.

    Parameters
    ----------
    folder
        Where the files are; made when the first unit is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """File of a key."""
        return self.folder / key[:2] / key

    def get(self, key: str) -> Result | None:
        """Read a finished unit.

        Parameters
        ----------
        key
            The unit's key.

        Returns
        -------
        Result or None
            None where the unit was not finished, or where its file is damaged: such a file is
            removed with a warning.
        """
        path = self.path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        checksum, _, body = content.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            warnings.warn(f"{path} is damaged: removed, the unit runs again", stacklevel=2)
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return _unpack(body)

    def put(self, key: str, result: Result) -> None:
        """Keep a finished unit.

        Parameters
        ----------
        key
            The unit's key.
        result
            What it returned.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        body = _pack(result)
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_WRITING)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def entries(self) -> Iterator[Entry]:
        """Find every file of the cache, what a killed run left half written included.

        Yields
        ------
        Entry
            In no order.
        """
        now = time.time()
        for path in self.folder.glob("??/*"):
            # Another run may remove a file meanwhile.
            with suppress(FileNotFoundError):
                status = path.stat()
                yield Entry(path, status.st_size, (now - status.st_mtime) / _SECONDS_PER_DAY)

    def prune(self, *, unused_days: float) -> list[Entry]:
        """Remove what has not been used for some time; it would be computed again if needed.

        Parameters
        ----------
        unused_days
            Files that were used later than so many days ago stay. What a killed run left half
            written is removed whatever its age.

        Returns
        -------
        list of Entry
            What was removed.

        Raises
        ------
        OSError
            Where a file cannot be removed.
        """
        removed = []
        for entry in self.entries():
            if entry.unused_days >= unused_days or entry.path.name.startswith(_WRITING):
                entry.path.unlink(missing_ok=True)
                removed.append(entry)
        return removed


def _pack(result: Result) -> bytes:
    text = json.dumps(result.values)
    return pack_arrays({**result.arrays, _VALUES: np.frombuffer(text.encode(), dtype=np.uint8)})


def _unpack(body: bytes) -> Result:
    arrays = unpack_arrays(body)
    return Result(arrays, json.loads(arrays.pop(_VALUES).tobytes()))
