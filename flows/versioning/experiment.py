"""A run beside the committed one: a DVC experiment, in a folder of its own.

It has other parameters than params.yaml, or an arithmetic whose bits other machines do not have.
The user's params.yaml, dvc.lock and results stay as they are; finished units are shared with the
checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from flows import store
from flows.environment import describe_arithmetic, results_are_portable
from flows.versioning.git import head, identity
from topo.params import ParamsError, load_params, read_params

_EXPERIMENTS = store.DVC_TMP / "exps"
#: `TaskStatus` of dvc.repo.experiments.executor.base: preparing and running.
_UNDER_WAY = (1, 2)
#: From the making of an experiment's folder until a process works in it.
_SECONDS_TO_BEGIN = 60.0


def check_changes(changes: Sequence[str]) -> None:
    """Refuse changes that params.yaml does not allow, before anything is started.

    They are written as DVC takes them: ``sweep.perplexities=[5,40]``.

    Raises
    ------
    ValueError
        Says which change, and what is wrong with it.
    """
    # DVC's reader for editing has no words for what is no YAML.
    read_params(store.PARAMS)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / store.PARAMS.name
        shutil.copyfile(store.PARAMS, copy)
        for change in changes:
            _apply(change, copy)
        try:
            load_params(copy)
        except ParamsError as error:
            raise ValueError(f"with {_option(changes)}, {error}") from error


def require_commit(changes: Sequence[str]) -> None:
    """Refuse an experiment that has no git commit to start from.

    Raises
    ------
    RuntimeError
        Says why the run is an experiment, and what to do.
    """
    if head() is None:
        reason = _option(changes) if changes else f"arithmetic that is {describe_arithmetic()}"
        raise RuntimeError(
            f"{reason} makes a DVC experiment, which needs a git commit to start from, "
            "and there is none here: `git init`, `git add .`, `git commit`, then run again"
        )


def require_experiment() -> None:
    """Refuse to let DVC record results in ``dvc.lock`` that other machines cannot have.

    Raises
    ------
    RuntimeError
        Where DVC runs this stage, outside an experiment, and the results are not portable.
    """
    recorded = "DVC_STAGE" in os.environ and "DVC_EXP_BASELINE_REV" not in os.environ
    if recorded and not results_are_portable():
        raise RuntimeError(
            f"{store.DVC_LOCK} has results of portable arithmetic on a CPU, and this run's is "
            f"{describe_arithmetic()}: `python -m flows reproduce` keeps such results as an "
            "experiment beside it"
        )


def experiment_arguments(
    changes: Sequence[str], *, stage: str | None, name: str | None
) -> list[str]:
    """Return what follows ``dvc`` on the command line of an experiment.

    `stage` is the last one to run, all of them if None; DVC finds a name if there is none.
    """
    settings = [part for change in changes for part in ("--set-param", change)]
    named = [] if name is None else ["--name", name]
    return ["exp", "run", "--temp", *named, *settings, *([] if stage is None else [stage])]


def experiment_environment() -> dict[str, str]:
    """Return what the stages need to know of the checkout: they run in another folder."""
    environment = {store.CACHE_VARIABLE: str(store.CACHE.absolute()), **identity()}
    # Files that DVC has not recorded yet are not in that folder.
    raw = store.RAW / "mnist"
    if raw.is_dir():
        environment["MNIST_DIR"] = str(raw.absolute())
    return environment


def remove_abandoned() -> None:
    """Remove what killed experiments have left: a copy of data and results each, shown as running.

    A folder that is new, or in which a process works, may be that of an experiment started by hand.
    """
    folders = list((_EXPERIMENTS / "standalone").glob("tmp*"))
    places = _places_of_processes() if folders else []
    for folder in folders:
        used = any(place.is_relative_to(folder.resolve()) for place in places)
        if not used and time.time() - folder.stat().st_mtime > _SECONDS_TO_BEGIN:
            shutil.rmtree(folder, ignore_errors=True)
            print(f"{folder} is left of an experiment that was killed: removed", file=sys.stderr)
    for path in (_EXPERIMENTS / "run").glob("*/*.run"):
        if _is_abandoned(path):
            shutil.rmtree(path.parent, ignore_errors=True)


def _places_of_processes() -> list[Path]:
    import psutil

    places = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            places.append(Path(process.cwd()))
    return places


def _is_abandoned(path: Path) -> bool:
    """Whether DVC's note of an experiment says that it runs, in a folder that is gone."""
    try:
        note = json.loads(path.read_bytes())
        return note["status"] in _UNDER_WAY and not Path(note["root_dir"]).exists()
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _apply(change: str, params: Path) -> None:
    """Apply one change with DVC's own reader, so that what passes here passes there."""
    from dvc.exceptions import InvalidArgumentError
    from dvc.utils.cli_parse import to_path_overrides
    from dvc.utils.hydra import apply_overrides, to_hydra_overrides
    from hydra.errors import OverrideParseException
    from omegaconf.errors import OmegaConfBaseException

    wanted = f"{_option([change])}: required is NAME=VALUE with a NAME that {store.PARAMS} has"
    [(file, overrides)] = to_path_overrides([change]).items()
    if file != str(store.PARAMS):
        raise ValueError(f"{wanted}, got the file {file}: leave the file away")
    try:
        if any(each.is_sweep_override() for each in to_hydra_overrides(overrides)):
            raise ValueError(f"{wanted} and one VALUE, got several: write a list in brackets")
        apply_overrides(os.fspath(params), overrides)
    except (InvalidArgumentError, OmegaConfBaseException, OverrideParseException) as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise ValueError(f"{wanted} ({reason})") from error


def _option(changes: Sequence[str]) -> str:
    return " ".join(f"-S {change}" for change in changes)
