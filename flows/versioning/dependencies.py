"""What a stage depends on, and whether that has stayed as it was while the stage ran.

DVC hashes dependencies when a command has ended: an edit in between it would record as what was
run, and never run it. The list is that of dvc.yaml, whatever stands in it. An edit that is taken
back before the end is none; units refuse code that their keys do not name (`tasks.code`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML, YAMLError

from flows import store
from flows.versioning.last_stage import write_last_stage

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


#: Every value of a parameter file by its place; None where the file cannot be read.
_Values = dict[str, Any] | None


@dataclass(frozen=True)
class Dependencies:
    """The dependencies of a stage at one moment.

    Attributes
    ----------
    stage
        Name of the stage.
    named
        Its files and folders, as dvc.yaml names them.
    keys
        Its parameters by file, as dvc.yaml names them; None for all of the file.
    files
        Every file, by its path.
    values
        Every value of every parameter file.
    """

    stage: str
    named: tuple[str, ...]
    keys: Mapping[str, tuple[str, ...] | None]
    files: Mapping[str, _File]
    values: Mapping[str, _Values]

    @classmethod
    def of(cls, stage: str) -> Dependencies:
        """Look at the dependencies of a stage now.

        Parameters
        ----------
        stage
            Name of a stage of dvc.yaml.

        Returns
        -------
        Dependencies
            None at all where there is no dvc.yaml: then nothing is recorded either.

        Raises
        ------
        ValueError
            Where dvc.yaml does not describe the stage.
        """
        if not store.DVC_YAML.exists():
            return cls(stage, (), {}, {}, {})
        entry = _entry(stage)
        named = tuple(map(_name, entry.get("deps", ())))
        keys = _keys(entry.get("params", ()))
        return cls(stage, named, keys, _files(named, {}), _values(keys))

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Run the stage as a block, and see in the end whether all is still as it was.

        Raises
        ------
        ChangedMeanwhileError
            Names every parameter and file that differs, whether the block failed or not.
        """
        # Before minutes are spent on what could not be recorded.
        self._refuse(_edited_code(self.stage))
        failure = None
        try:
            yield
        except Exception as error:
            failure = error
        # As late as can be: DVC looks at them next.
        self._refuse(self._changed_places(), failure)
        if failure is not None:
            raise failure

    def _refuse(self, changed: Iterable[str], failure: Exception | None = None) -> None:
        places = list(changed)
        if places:
            write_last_stage(self.stage, "changed")
            raise ChangedMeanwhileError(self.stage, places) from failure

    def _changed_places(self) -> Iterator[str]:
        yield from _changed_values(self.values, _values(self.keys))
        yield from _changed_files(self.files, _files(self.named, self.files))
        yield from _edited_code(self.stage)


def _edited_code(stage: str) -> Iterator[str]:
    """Compare the code with the digests that DVC compares; by itself a stage records nothing."""
    if UNDER_DVC not in os.environ:
        return
    # Only now: before the stage began, none of its code was to be imported.
    from flows.versioning.digests import edited_code
    from topo.params import ParamsError, load_params

    # Whoever reads the parameters says what is wrong with them.
    with suppress(ParamsError):
        for module in edited_code(stage, load_params(store.PARAMS)):
            yield f"the code of {module} was edited"


def _entry(stage: str) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = YAML(typ="safe").load(store.DVC_YAML.read_bytes())["stages"][stage]
    except (YAMLError, KeyError, TypeError) as error:
        raise ValueError(
            f"{store.DVC_YAML} must be YAML that describes the stage {stage!r}, but "
            f"{' '.join(str(error).split())}: mend it, or bring the committed one back by `git "
            f"checkout HEAD -- {store.DVC_YAML}`"
        ) from error
    return entry


def _name(dependency: Any) -> str:
    """Leave away the options that dvc.yaml may give a dependency."""
    return dependency if isinstance(dependency, str) else next(iter(dependency))


def _keys(params: Any) -> dict[str, tuple[str, ...] | None]:
    """Bring the forms in which dvc.yaml may name parameters into one."""
    keys: dict[str, tuple[str, ...] | None] = {}
    own = tuple(each for each in params if isinstance(each, str))
    if own:
        keys[str(store.PARAMS)] = own
    for each in params:
        if isinstance(each, dict):
            keys.update({file: tuple(names) if names else None for file, names in each.items()})
    return keys


def _values(keys: Mapping[str, tuple[str, ...] | None]) -> dict[str, _Values]:
    return {file: _read_values(Path(file), names) for file, names in keys.items()}


def _read_values(file: Path, names: tuple[str, ...] | None) -> _Values:
    try:
        whole = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError):
        # Whoever needs the values says what is wrong with the file.
        return None
    if names is None:
        return dict(_leaves(whole, ""))
    return {place: each for name in names for place, each in _leaves(_at(whole, name), name)}


def _at(value: Any, name: str) -> Any:
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{place}.{key}" if place else str(key))
    else:
        yield place, value


def _files(named: tuple[str, ...], before: Mapping[str, _File]) -> dict[str, _File]:
    found = {}
    for path in (path for name in named for path in _paths(Path(name))):
        # An editor's file may be gone by now.
        with suppress(FileNotFoundError):
            found[str(path)] = _look(path, before.get(str(path)))
    return found


def _paths(named: Path) -> Iterator[Path]:
    """Find the files of a dependency, but those that DVC does not look at either."""
    if named.is_file():
        yield named
        return
    ignored = _ignored()
    for folder, folders, files in os.walk(named):
        folders[:] = [each for each in folders if not any(fnmatch(each, i) for i in ignored)]
        yield from (Path(folder, f) for f in files if not any(fnmatch(f, i) for i in ignored))


def _ignored() -> list[str]:
    if not store.DVC_IGNORE.exists():
        return []
    lines = store.DVC_IGNORE.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _look(path: Path, before: _File | None) -> _File:
    found = path.stat()
    status = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    if before is not None and before.status == status:
        return before
    with path.open("rb") as file:
        return _File(status, hashlib.file_digest(file, "sha256").hexdigest())


def _changed_values(before: Mapping[str, _Values], now: Mapping[str, _Values]) -> Iterator[str]:
    for file, old in before.items():
        new = now[file]
        if old is None or new is None:
            if old is not new:
                yield f"{file} can{'not' if new is None else ''} be read now"
            continue
        for place in sorted(old.keys() | new.keys()):
            if old.get(place) != new.get(place):
                yield f"{file}: {place} was {_describe(old, place)}, is {_describe(new, place)}"


def _describe(values: Mapping[str, Any], place: str) -> str:
    return repr(values[place]) if place in values else "not there"


def _changed_files(before: Mapping[str, _File], now: Mapping[str, _File]) -> Iterator[str]:
    for path in sorted(before.keys() | now.keys()):
        if path not in now:
            yield f"{path} is gone"
        elif path not in before:
            yield f"{path} is new"
        elif before[path].digest != now[path].digest:
            yield f"{path} was edited"
