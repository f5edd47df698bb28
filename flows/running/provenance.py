"""What differs between two equal runs: seconds, machine, time, revision. Never a DVC out or dep."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from flows import store
from flows.environment import describe_arithmetic
from flows.running.assets import materialize_results
from flows.running.failures import raise_failures
from flows.versioning.git import GitError, git
from flows.versioning.last_stage import write_last_stage
from tasks.fanout import Outcome

_PACKAGES = (
    "dvc",
    "giotto-tda",
    "numpy",
    "pandas",
    "prefect",
    "ray",
    "scikit-learn",
    "scipy",
    "torch",
    "umap-learn",
)
#: Of many edited files the first ones are named.
_MOST_NAMED = 5
#: What further packages a stage computes with.
_PACKAGES_OF = {"tune": ("optuna",), "questions": ("optuna",)}


def end_stage(stage: str, outcomes: Sequence[Outcome]) -> None:
    """Write down that all tables of a stage are written, and what its units took.

    Raises
    ------
    UnitsFailedError
        Where units failed.
    """
    write_provenance(stage, outcomes)
    write_last_stage(stage, "wrote")
    materialize_results(stage)
    raise_failures(outcomes)


def write_provenance(stage: str, outcomes: Iterable[Outcome]) -> None:
    """Write where, when and with what a stage ran, and how long each unit took."""
    units = [
        {
            "unit": each.name,
            "key": each.key,
            "state": each.state,
            "seconds": each.seconds,
            "attempts": each.attempts,
            "reason": each.reason,
            "retries": list(each.retries),
            "parts": list(each.parts),
        }
        for each in outcomes
    ]
    run = describe_run(_PACKAGES_OF.get(stage, ()))
    facts = {**run, "arithmetic": describe_arithmetic(), "units": units}
    store.write_json(store.PROVENANCE / f"{stage}.json", facts)


def describe_run(further_packages: Iterable[str] = ()) -> dict[str, Any]:
    """Return time, machine, code revision and package versions, as JSON values."""
    return {
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in (*_PACKAGES, *further_packages)},
        "revision": _revision(),
    }


def _revision() -> str:
    """Git revision, and which tracked files differ from it; dvc.lock does after every stage."""
    try:
        revision = git("describe", "--always", "--abbrev=12")
        ours = (".", f":(exclude){store.DVC_LOCK}")
        # Without a lock: people use git beside a stage.
        changed = git("--no-optional-locks", "diff", "--name-only", "HEAD", "--", *ours).split("\n")
    except GitError:
        return "unknown"
    if not any(changed):
        return revision
    more = f" and {len(changed) - _MOST_NAMED} more" if len(changed) > _MOST_NAMED else ""
    return f"{revision}-dirty ({', '.join(changed[:_MOST_NAMED])}{more})"
