"""Whether what a stage depends on stays as it is while the stage runs.

DVC hashes dependencies when a command has ended: an edit in between it would record as what was
run, and never run it. An edit that is taken back before the end is none; units refuse code that
their keys do not name (`tasks.code`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from flows import store
from flows.versioning.digests import STAGES, differences, digests, digests_file
from flows.versioning.dvc_files import read_stages
from flows.versioning.last_stage import write_last_stage
from tasks.code import forget_sources
from topo.params import Params, ParamsError, load_params

#: DVC sets it for every command that it runs.
UNDER_DVC = "DVC_STAGE"

#: Of a folder with more edited files the first ones are named.
_MOST_NAMED = 10


class ChangedMeanwhileError(RuntimeError):
    """Dependencies of a stage changed while it ran; the message names them."""

    def __init__(self, stage: str, places: Sequence[str]) -> None:
        named = [f"  {place}" for place in places[:_MOST_NAMED]]
        if len(places) > _MOST_NAMED:
            named.append(f"  and {len(places) - _MOST_NAMED} more")
        super().__init__(
            f"what stage {stage} depends on must stay as it is while the stage runs, but changed:\n"
            + "\n".join(named)
            + "\nwhat came out is not recorded; finished units are kept: run again"
        )


class _File(NamedTuple):
    """A file's content, and what is looked at first, since no content changes without it."""

    status: tuple[int, ...]
    digest: str


@contextmanager
def unchanged(stage: str, params: Params) -> Iterator[None]:
    """Run a stage as a block, and see in the end whether all is as it was.

    That are its digests (`flows.versioning.digests`) and, under DVC, its data. By itself a stage is
    not recorded, and an earlier one may make its data within the block. `fetch`, which depends on
    nothing, has no digests.

    Raises
    ------
    ChangedMeanwhileError
        Names everything that differs, whether the block failed or not.
    ValueError
        Where dvc.yaml does not describe the stage.
    """
    if stage not in STAGES:
        yield
        return
    began_with, named = digests(stage, params), list[Path]()
    if UNDER_DVC in os.environ:
        named = [Path(_name(each)) for each in read_stages(store.DVC_YAML, stage)[stage]["deps"]]
        # Those that DVC compares. Before minutes are spent on what could not be recorded:
        recorded = store.read_json(digests_file(stage), stage="fetch")
        _refuse(stage, list(differences(recorded, began_with)))
    before = _files(named, {})
    failure = None
    try:
        yield
    except Exception as error:
        failure = error
    # As late as can be: DVC looks at them next.
    now = _files(named, before)
    _refuse(stage, [*_edits(stage, began_with), *_changed_files(before, now)], failure)
    if failure is not None:
        raise failure


def _refuse(stage: str, changed: Sequence[str], failure: Exception | None = None) -> None:
    if changed:
        write_last_stage(stage, "changed")
        raise ChangedMeanwhileError(stage, changed) from failure


def _edits(stage: str, began_with: Mapping[str, Any]) -> Iterator[str]:
    forget_sources()
    try:
        params = load_params(store.PARAMS)
    except ParamsError:
        yield f"{store.PARAMS} cannot be used now"
    else:
        yield from differences(began_with, digests(stage, params))


def _name(dependency: Any) -> str:
    """Leave away the options that dvc.yaml may give a dependency."""
    return dependency if isinstance(dependency, str) else next(iter(dependency))


def _files(named: Sequence[Path], before: Mapping[str, _File]) -> dict[str, _File]:
    """Look at all files but those that DVC does not look at either, such as an open editor's."""
    ignored = store.DVC_IGNORE.read_text(encoding="utf-8").split("\n") if named else []
    found = {}
    for path in (path for place in named for path in (place, *place.rglob("*"))):
        if path.is_file() and not any(fnmatch(path.name, each) for each in ignored):
            # It may be gone by now.
            with suppress(FileNotFoundError):
                found[str(path)] = _look(path, before.get(str(path)))
    return found


def _look(path: Path, before: _File | None) -> _File:
    found = path.stat()
    status = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    if before is not None and before.status == status:
        return before
    with path.open("rb") as file:
        return _File(status, hashlib.file_digest(file, "sha256").hexdigest())


def _changed_files(before: Mapping[str, _File], now: Mapping[str, _File]) -> Iterator[str]:
    for path in sorted(before.keys() | now.keys()):
        if path not in now:
            yield f"{path} is gone"
        elif path not in before:
            yield f"{path} is new"
        elif before[path].digest != now[path].digest:
            yield f"{path} was edited"
