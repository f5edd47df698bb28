"""A study of a table of one's own: a project in a folder of its own, run through all stages.

The folder, `studies/NAME`, has a params.yaml made by the rules of `topo.defaults`, and what DVC and
git need to run it again: `dvc repro` there, or the same command. It has no remote, so that the data
go nowhere unless its owner names one.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from flows import store
from flows.services.child import child_command
from flows.stage_run import run_whole
from flows.versioning.digests import changed_names
from flows.versioning.git import GitError, git, identity
from topo.datasets import DATASETS
from topo.datasets.base import LabelledPoints
from topo.datasets.file import File, usable_rows
from topo.defaults import USUAL_METHODS, TableFacts, study_params
from topo.files import Table, read_table
from topo.names import method_title
from topo.params import parse_params, read_params

FOLDER = Path("studies")

#: What of the checkout a project has too.
_COPIED = (store.DVC_YAML, store.DVC_IGNORE, Path(".gitignore"), Path(".dvc/plots"))
#: No remote, and nothing that reports to anybody.
_DVC_CONFIG = """[core]
    analytics = false
    check_update = false
[plots]
    html_template = plots/page.html
"""
_HEADER = """\
# A study of {path}.
# Made by `python -m flows study`, by the rules in the manual's page on own data. Change what you
# like and run `python -m flows study {folder}` in the checkout, or `dvc repro` here: only what
# depends on a change is computed.

"""
_LONGEST_NAME = 40


def study(options: argparse.Namespace) -> int:
    """Run the study of a table, or go on with that of a folder; the page's path comes last.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    ValueError
        Where the table or an option does not fit, or the folder has other parameters.
    OSError
        Where the folder cannot be written.
    """
    store.require_checkout()
    # Prefect's database stays that of the checkout.
    store.require_writable(store.CACHE)
    folder = _folder_of(options) if options.table.is_dir() else _project(options)
    os.chdir(folder)
    run_whole(options)
    _record(options.table.name)
    print(_seconds(), flush=True)
    print((store.REPORT / "report.txt").read_text(), flush=True)
    print((store.REPORT / "report.html").absolute(), flush=True)
    return 0


def _folder_of(options: argparse.Namespace) -> Path:
    chosen = ("label", "columns", "outer", "methods", "name", "standardise", "quick")
    given = [name for name in chosen if getattr(options, name)]
    if given:
        raise ValueError(
            f"{options.table} is a study, whose params.yaml says all: leave "
            f"{', '.join(f'--{name}' for name in given)} away, or edit "
            f"{options.table / store.PARAMS}"
        )
    if not (options.table / store.PARAMS).is_file():
        raise FileNotFoundError(
            f"{options.table} has no {store.PARAMS}: give a table, or the folder of a study"
        )
    folder: Path = options.table
    return folder


def _project(options: argparse.Namespace) -> Path:
    """Make the folder of a table's study, or find the one that has these parameters."""
    path = options.table.absolute()
    table = read_table(path, label=options.label, columns=options.columns)
    name = options.name or _slug(options.table.stem)
    given = _parameters(options, path, name, table)
    params = parse_params(given)
    dataset = params.datasets[name]
    assert isinstance(dataset, File)
    _describe(name, dataset.take(table))
    folder = FOLDER / name
    _require_same(folder, given)
    store.require_writable(folder)
    for each in _COPIED:
        copy = shutil.copytree if each.is_dir() else shutil.copyfile
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / each).exists():
            copy(each, folder / each)
    store.write_text(folder / ".dvc/config", _DVC_CONFIG)
    if not (folder / store.PARAMS).exists():
        text = _HEADER.format(path=path, folder=folder) + _yaml(given)
        store.write_text(folder / store.PARAMS, text)
    return folder


def _parameters(options: argparse.Namespace, path: Path, name: str, table: Table) -> dict[str, Any]:
    rows, _ = usable_rows(table)
    n_classes = 0 if table.labels is None else len(set(table.labels[rows].tolist()))
    dataset = {
        "kind": "file",
        "path": str(path),
        "label": options.label,
        "columns": options.columns,
        "scale": "standardise" if options.standardise else "none",
        "outer": options.outer,
        "seed": 0,
    }
    return study_params(
        read_params(store.PARAMS),
        name,
        dataset,
        facts=TableFacts(len(rows), n_classes > 1, options.outer is not None),
        methods=options.methods or USUAL_METHODS,
        quick=options.quick,
    )


def _slug(stem: str) -> str:
    """Make a dataset's name of a file's: small letters, digits and _; none of a kind's own."""
    name = re.sub("[^a-z0-9]+", "_", stem.lower()).strip("_")
    # Tables and figures call a dataset after the kind that its name begins with.
    if not name[:1].isalpha() or any(f"{name}_".startswith(f"{kind}_") for kind in DATASETS):
        name = f"own_{name}".rstrip("_")
    return name[:_LONGEST_NAME]


def _describe(name: str, data: LabelledPoints) -> None:
    n, d = data.X.shape
    classes = f", {len(data.classes)} classes" if data.classes else ", no classes"
    print(f"{name}: {n:,} points in {d:,} dimensions{classes}", flush=True)
    for note in data.notes:
        print(f"  {note}", flush=True)


def _require_same(folder: Path, given: Mapping[str, Any]) -> None:
    """Refuse to run other parameters in a folder than it has."""
    path = folder / store.PARAMS
    if not path.exists():
        return
    names = changed_names(read_params(path), given)
    if names:
        raise ValueError(
            f"{folder} is a study with other values of {', '.join(names[:5])}"
            f"{f' and {len(names) - 5} more' if len(names) > 5 else ''}: `python -m flows study "
            f"{folder}` goes on with those, --name NAME makes another study"
        )


def _yaml(value: Mapping[str, Any]) -> str:
    from ruamel.yaml import YAML

    writer, text = YAML(typ="safe"), io.StringIO()
    writer.sort_base_mapping_type_on_output = False
    writer.default_flow_style = None
    writer.width = 96
    writer.dump(dict(value), text)
    return text.getvalue()


def _record(table: str) -> None:
    """Have DVC and git know what ran: `dvc repro` finds it done, `dvc exp show` shows its numbers.

    Without git the results are there all the same, and `dvc repro` runs the stages once more, from
    finished units.
    """
    try:
        if not Path(".git").exists():
            git("init", "--quiet")
        _commit(table)
    except (GitError, OSError, subprocess.CalledProcessError) as error:
        words = getattr(error, "stderr", None) or str(error)
        print(f"the study is not recorded by git and DVC: {words.strip()}", file=sys.stderr)


def _commit(table: str) -> None:
    subprocess.run(
        child_command("dvc", "commit", "--force", "--quiet"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    git("add", "--", ".dvc/config", ".dvc/plots", *map(str, _tracked()))
    if git("status", "--porcelain", "--untracked-files=no"):
        git("commit", "--quiet", "--no-gpg-sign", "-m", f"Study of {table}", environment=identity())


def _seconds() -> str:
    """Say what a picture took in this run, by method: that of finished units is not known."""
    seconds: dict[str, list[float]] = {}
    for stage in ("benchmark", "stability"):
        for unit in store.read_json(store.PROVENANCE / f"{stage}.json", stage=stage)["units"]:
            if unit["unit"].endswith("/embed") and unit["state"] == "computed":
                method = unit["unit"].split("/")[1].partition(" ")[0]
                seconds.setdefault(method, []).append(unit["seconds"])
    medians = [f"{method_title(name)} {median(each):.2g}" for name, each in seconds.items()]
    return f"seconds a picture, median: {', '.join(medians) or 'all pictures were there already'}"


def _tracked() -> tuple[Path, ...]:
    of_dvc = (store.DVC_YAML, store.DVC_LOCK, store.DVC_IGNORE, Path(".dvc/.gitignore"))
    files = (store.PARAMS, *of_dvc, Path(".gitignore"))
    return tuple(each for each in files if each.exists())
