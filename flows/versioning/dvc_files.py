"""Files of DVC's that a crash or a full disk has left unusable: found, named, mended.

With one of them every later command of DVC's fails, and mostly does not say why.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML, YAMLError

from flows import store
from flows.versioning.git import GitError, git

#: Who reads and writes which files: of stages, and of experiments.
_RWLOCKS = (store.DVC_TMP / "rwlock", store.DVC_TMP / "exps" / "rwlock")
_CONFLICT = b"<<<<<<< "
#: DVC writes its files in place: for a moment half of one is no fault.
_SECONDS_TO_WRITE = 0.2
#: How far the clocks of processes and of files may be apart.
_SECONDS_OF_CLOCKS = 1.0


class BrokenFile(NamedTuple):
    """A file that DVC cannot work with.

    Attributes
    ----------
    found
        What is wrong with it.
    remedy
        What a person can do about it.
    mend
        Mends it, and returns what was done; None where only a person can.
    """

    path: Path
    found: str
    remedy: str
    mend: Callable[[], str] | None


def read_stages(path: Path, *required: str) -> dict[str, Any]:
    """Read the stages that dvc.yaml, or dvc.lock, describes; the required ones must be there.

    Raises
    ------
    ValueError
        Where the file is no such YAML, or lacks one of them; says what to do.
    """
    try:
        found = YAML(typ="safe").load(path.read_bytes())
        # A lock of a project that nothing was run in has none.
        stages: dict[str, Any] = found["stages"] if required else found.get("stages", {})
        for stage in required:
            stages[stage]["deps"]
    except (YAMLError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} must be YAML that describes {' and '.join(required) or 'stages'}, but "
            f"{' '.join(str(error).split())}: mend it, or bring the committed one back by `git "
            f"checkout HEAD -- {path}`"
        ) from error
    return stages


def mend_dvc_files() -> None:
    """Mend what DVC cannot work with, and say what was done; the caller holds the checkout.

    Raises
    ------
    RuntimeError
        Where only a person can; names the file and what to do.
    """
    for broken in broken_dvc_files():
        if broken.mend is None:
            raise RuntimeError(f"{broken.path} {broken.found}: {broken.remedy}")
        print(f"{broken.path} {broken.found}: {broken.mend()}", file=sys.stderr, flush=True)


def broken_dvc_files() -> Iterator[BrokenFile]:
    """Find what DVC cannot work with; nothing is changed before its `mend` is called."""
    for path in (store.DVC_LOCK, *_RWLOCKS):
        if _look(path) is not None:
            time.sleep(_SECONDS_TO_WRITE)
            broken = _look(path)
            if broken is not None:
                yield broken


def _look(path: Path) -> BrokenFile | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if path == store.DVC_LOCK:
        return _look_at_lock(path, content)
    return _look_at_rwlock(path, content)


def _says(content: bytes) -> str:
    return "is damaged" if content else "is empty"


def _look_at_lock(path: Path, content: bytes) -> BrokenFile | None:
    if _CONFLICT in content:
        remedy = (
            f"decide (`git checkout --ours {path}`, or `--theirs`), then `git add {path}`; what it "
            "does not have runs again"
        )
        return BrokenFile(path, "has the marks of a merge conflict", remedy, None)
    if _is_dvc_lock(content):
        return None
    remedy = f"`git checkout HEAD -- {path}`" if _committed(path) else f"remove {path}"
    return BrokenFile(path, _says(content), remedy, partial(_restore, path))


def _is_dvc_lock(content: bytes) -> bool:
    from dvc.dvcfile import Lockfile
    from dvc.exceptions import DvcException
    from dvc.utils.serialize import parse_yaml

    try:
        Lockfile.validate(parse_yaml(content.decode(), str(store.DVC_LOCK)))
    except (DvcException, ValueError):
        return False
    return True


def _committed(path: Path) -> bytes | None:
    try:
        content = git("show", f"HEAD:./{path}").encode() + b"\n"
    except GitError:
        return None
    return content if _is_dvc_lock(content) else None


def _restore(path: Path) -> str:
    """Bring the committed version back; without one every stage runs, its units from the cache."""
    with _alone(store.DVC_TMP / "lock"):
        content, committed = path.read_bytes(), _committed(path)
        kept = ""
        if content:
            copy = store.CACHE / f"{path.name}.damaged"
            store.write_bytes(copy, content)
            kept = f"; what stood there is in {copy}"
        if committed is None:
            path.unlink()
            return f"removed, since none is committed; finished units are kept{kept}"
        store.write_bytes(path, committed)
        return f"the committed one is back; finished units are kept{kept}"


def _look_at_rwlock(path: Path, content: bytes) -> BrokenFile | None:
    remedy = f"remove {path} while no DVC works here"
    entries = _entries(content)
    if entries is None:
        return BrokenFile(path, _says(content), remedy, partial(_release, path))
    taken = [each for each in _holders(entries) if _is_another(each, path)]
    if not taken:
        return None
    found = (
        f"has an entry of `{taken[0]['cmd']}`, whose process number {taken[0]['pid']} another "
        "program has by now"
    )
    return BrokenFile(path, found, remedy, partial(_release, path))


def _entries(content: bytes) -> dict[str, Any] | None:
    """Read who writes and who reads which files; None where DVC could not read it."""
    from dvc.rwlock import SCHEMA
    from voluptuous import Invalid

    try:
        entries: dict[str, Any] = SCHEMA(json.loads(content))
    except (ValueError, Invalid):
        return None
    return entries


def _holders(entries: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*entries["write"].values(), *chain.from_iterable(entries["read"].values())]


def _is_another(holder: Mapping[str, Any], path: Path) -> bool:
    """Whether a holder's process number is another program's; one that has ended DVC removes."""
    import psutil

    try:
        process = psutil.Process(holder["pid"])
        if process.create_time() > path.stat().st_mtime + _SECONDS_OF_CLOCKS:
            return True
        found = " ".join(process.cmdline()).split()
    except psutil.ZombieProcess:
        return True
    except (psutil.Error, ValueError):
        return False
    wanted = holder["cmd"].split()
    while wanted and found and wanted[-1] == found[-1]:
        wanted, found = wanted[:-1], found[:-1]
    # What is left is the program, by a path: Python's `-m dvc` is written out.
    return bool(wanted) and not wanted[-1].endswith(("/dvc", ".py"))


def _release(path: Path) -> str:
    """Remove the entries of no living holder, or all where they cannot be read."""
    with _alone(path.with_name(f"{path.name}.lock")):
        entries = _entries(path.read_bytes())
        if entries is None:
            path.unlink()
            return "removed"
        write = {k: each for k, each in entries["write"].items() if not _is_another(each, path)}
        read = {
            k: [each for each in holders if not _is_another(each, path)]
            for k, holders in entries["read"].items()
        }
        store.write_text(path, json.dumps({"write": write, "read": read}))
        return "the entry is removed"


@contextmanager
def _alone(guard: Path) -> Iterator[None]:
    """Hold what DVC itself holds while it writes."""
    from dvc.lock import LockError, make_lock

    guard.parent.mkdir(parents=True, exist_ok=True)
    lock = make_lock(str(guard))
    try:
        lock.lock()
    except LockError as error:
        raise RuntimeError(
            "another DVC command works in this checkout: wait for its end, then run again"
        ) from error
    try:
        yield
    finally:
        lock.unlock()
