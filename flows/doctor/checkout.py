"""Checks of the checkout: parameters, folders, MNIST, Git, DVC."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows import store
from flows.doctor.finding import SET_UP, Finding


def check_parameters() -> Finding:
    """Read params.yaml."""
    from topo.params import load_params

    try:
        load_params(store.PARAMS)
    except (OSError, ValueError) as error:
        remedy = "run in the checkout's own folder, and mend what the message names"
        return Finding("params.yaml", "problem", str(error), remedy)
    return Finding("params.yaml", "ok", "can be used")


def check_folders() -> Finding:
    """See whether data, results and finished units can be written; nothing is."""
    folders = (store.RAW.parent, store.RESULTS, store.CACHE)
    closed = [str(folder) for folder in folders if not _is_writable(folder)]
    if closed:
        remedy = "change their owner, or move away what stands there"
        return Finding("folders", "problem", f"cannot be written: {', '.join(closed)}", remedy)
    return Finding("folders", "ok", f"{', '.join(map(str, folders))} can be written")


def _is_writable(folder: Path) -> bool:
    if folder.exists():
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    # It will be made.
    return _is_writable(folder.absolute().parent)


def check_mnist() -> Finding:
    """Find MNIST's files where `fetch` would, and look at their content."""
    from flows.stages.fetch import find_mnist, mnist_files
    from topo.params import load_params

    try:
        needed = mnist_files(load_params(store.PARAMS))
    except (OSError, ValueError):
        return Finding("MNIST", "warning", "not looked for: params.yaml cannot be used", "mend it")
    if not needed:
        return Finding("MNIST", "ok", "not in params.yaml, hence not needed")
    try:
        found = {name: find_mnist(name) for name in needed}
    except (OSError, ValueError) as error:
        remedy = "put the right file there, or delete it: `fetch` gets it again"
        return Finding("MNIST", "problem", str(error), remedy)
    missing = [name for name, each in found.items() if each is None]
    if missing:
        return _missing_mnist(missing)
    places = ", ".join(str(each.path) for each in found.values() if each is not None)
    return Finding("MNIST", "ok", f"{places}: the content is right")


def _missing_mnist(missing: list[str]) -> Finding:
    from flows.stages.fetch import mnist_folders

    remedy = (
        "nothing, where the public mirrors can be reached; else put the files into "
        f"{store.RAW / 'mnist'}, or name their folder by MNIST_DIR: without them the study goes on "
        "and says so"
    )
    found = f"{', '.join(missing)} not in {', nor in '.join(map(str, mnist_folders()))}"
    return Finding("MNIST", "warning", found, remedy)


def check_git() -> Finding:
    """See whether this is a Git checkout, which DVC needs, and whether there is git."""
    if not any((folder / ".git").exists() for folder in (Path.cwd(), *Path.cwd().parents)):
        return Finding(
            "Git",
            "problem",
            f"{Path.cwd()} is no Git checkout, which DVC needs",
            "clone the repository instead of copying it, or run `git init` in it",
        )
    if shutil.which("git") is None:
        remedy = "install git: without it the report cannot name the code's revision"
        return Finding("Git", "warning", "no git on PATH", remedy)
    return Finding("Git", "ok", "a checkout, and git is there")


def check_dvc() -> Finding:
    """See whether DVC is installed and set up here."""
    try:
        found = version("dvc")
    except PackageNotFoundError:
        return Finding("DVC", "problem", "not installed", SET_UP)
    missing = [name for name in (".dvc", "dvc.yaml") if not Path(name).exists()]
    if missing:
        remedy = "run in the checkout's own folder"
        return Finding("DVC", "problem", f"{found}; no {' and no '.join(missing)} here", remedy)
    return Finding("DVC", "ok", found)


def check_dvc_files() -> Finding:
    """Look for what a crash has left of DVC's files, and every command of its would stumble on."""
    from flows.versioning.dvc_files import broken_dvc_files

    broken = list(broken_dvc_files())
    if not broken:
        return Finding("DVC's files", "ok", "can be used")
    found = "; ".join(f"{each.path} {each.found}" for each in broken)
    by_hand = "; ".join(each.remedy for each in broken)
    if any(each.mend is None for each in broken):
        return Finding("DVC's files", "problem", found, by_hand)
    remedy = f"`python -m flows reproduce` mends it before it starts; before `dvc repro`: {by_hand}"
    return Finding("DVC's files", "problem", found, remedy)


def check_stage_python() -> Finding:
    """See which Python DVC's stages would run: they call it by name."""
    first = shutil.which("python")
    remedy = (
        "activate the environment (`. .venv/bin/activate`) before `dvc repro`; `make reproduce` "
        "does so by itself"
    )
    if first is None:
        return Finding("python on PATH", "warning", "none, and DVC's stages call it", remedy)
    if Path(first).parent.resolve() != Path(sys.executable).parent.resolve():
        found = f"{first}, not {sys.executable}, is what DVC's stages call"
        return Finding("python on PATH", "warning", found, remedy)
    return Finding("python on PATH", "ok", first)
