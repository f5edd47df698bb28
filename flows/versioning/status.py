"""`python -m flows status`: which stages would run now, and why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows import store
from flows.versioning.digests import (
    STAGES,
    differences,
    digests_file,
    write_digests,
)
from flows.versioning.dvc_files import broken_dvc_files, read_stages
from topo.params import Params

_CACHE = Path(".dvc/cache/files/md5")


def status(params: Params) -> None:
    """Write the stages' digests anew, ask DVC, and print a line for every stage.

    `fetch` is left out: it always runs, within seconds.

    Raises
    ------
    RuntimeError
        Where DVC cannot say, or one of its files is damaged; says what to do.
    """
    for broken in broken_dvc_files():
        raise RuntimeError(f"{broken.path} {broken.found}: {broken.remedy}")
    recorded = {stage: _recorded(stage) for stage in STAGES}
    write_digests(params)
    changed, running = _changes(), set[str]()
    stages = read_stages(store.DVC_YAML, *STAGES)
    for stage in STAGES:
        reasons = list(_reasons(stage, changed.get(stage, []), recorded[stage]))
        before = [each for each in running if _feeds(stages[each], stages[stage])]
        if reasons:
            said = f"would run: {'; '.join(reasons)}"
        elif before:
            said = f"would run if the results of {' or '.join(sorted(before))} change"
        else:
            print(f"{stage:<10} is up to date")
            continue
        running.add(stage)
        print(f"{stage:<10} {said}")


def _changes() -> dict[str, list[Any]]:
    """Ask DVC what has changed, by stage."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status", "--json"], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"dvc status failed:\n{done.stderr.strip()}")
    changes: dict[str, list[Any]] = json.loads(done.stdout)
    return changes


def _feeds(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> bool:
    outs = [Path(out) if isinstance(out, str) else Path(*out) for out in earlier["outs"]]
    deps = [Path(dep) for dep in later["deps"]]
    return any(out == dep or out in dep.parents for out in outs for dep in deps)


def _reasons(stage: str, changes: list[Any], recorded: dict[str, Any] | None) -> Iterator[str]:
    """Yield why a stage would run, apart from results of an earlier stage that may change."""
    for change in changes:
        if not isinstance(change, Mapping):
            yield str(change)
            continue
        for path, state in change.get("changed deps", {}).items():
            if isinstance(state, Mapping):
                yield from (f"{name} {what} in {path}" for name, what in state.items())
            elif path == str(digests_file(stage)):
                yield from _differences(recorded, store.read_json(Path(path), stage="fetch"))
            else:
                yield f"{path} is {state}"
        for path, state in change.get("changed outs", {}).items():
            yield f"{path} is {state}"


def _recorded(stage: str) -> dict[str, Any] | None:
    """Return a stage's digests as they were when DVC recorded its results, if they are here."""
    if not store.DVC_LOCK.exists():
        return None
    deps = read_stages(store.DVC_LOCK).get(stage, {}).get("deps", [])
    name = str(digests_file(stage))
    md5 = next((str(dep["md5"]) for dep in deps if dep["path"] == name), "")
    path = _CACHE / md5[:2] / md5[2:]
    if not md5 or not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _differences(recorded: dict[str, Any] | None, now: dict[str, Any]) -> Iterator[str]:
    if recorded is None:
        return iter(["code, packages, settings or parameters (those of its last run are not here)"])
    return differences(recorded, now)
