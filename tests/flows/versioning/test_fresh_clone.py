"""An experiment of one stage in a clone that has none of the results that dvc.lock names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import dumps_yaml, loads_yaml

from flows import store
from flows.versioning.git import git

ROOT = Path(__file__).parents[3]
#: In place of a stage's own: makes its outputs, files and folders.
MAKE = """
import sys
from pathlib import Path
for out in map(Path, sys.argv[1:]):
    out = out if out.suffix else out / "embeddings-spheres.png"
    out.parent.mkdir(parents=True, exist_ok=True)
    # Of equal folders DVC keeps one, which another stage would bring back.
    out.write_text('{"%s": 1}' % out)
"""


def outputs(stage: dict[str, Any]) -> list[str]:
    listed = [*stage["outs"], *stage.get("metrics", ())]
    return [each if isinstance(each, str) else next(iter(each)) for each in listed]


def dvc(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", "dvc", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def clone(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's dvc.yaml, its stages made cheap, with its dvc.lock, but without data."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@b")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(in_folder / ".cache/site"))
    definition = loads_yaml((ROOT / "dvc.yaml").read_text())
    for stage in definition["stages"].values():
        stage["cmd"] = f"{sys.executable} make.py {' '.join(outputs(stage))}"
        # Digests are of real code.
        digests = f"{store.DIGESTS}/"
        stage["deps"] = [d for d in stage.get("deps", ()) if not d.startswith(digests)]
    definition["stages"]["benchmark"]["deps"] = ["data/prepared", "results/tune"]
    Path("dvc.yaml").write_text(dumps_yaml(definition))
    Path("make.py").write_text(MAKE)
    Path(".gitignore").write_text("/data/\n/results/\n/.cache/\n")
    shutil.copyfile(ROOT / "params.yaml", "params.yaml")
    git("init", "--quiet")
    dvc("init", "--quiet")
    dvc("repro", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "The study")
    for folder in ("data", "results", ".dvc/cache"):
        shutil.rmtree(folder)
    return in_folder


@pytest.mark.proof
def test_experiment_of_one_stage_needs_nothing_that_is_recorded(clone: Path) -> None:
    output = dvc(
        "exp", "run", "--temp", "--name", "wide", "-S", "sweep.perplexities=[5,40]", "sweep"
    )
    assert "Running stage 'sweep'" in output
    assert "benchmark" not in output
    assert "wide" in dvc("exp", "list", "--name-only").split()
    # What the next lines of docs/remotes-and-experiments.md do with it, there too.
    dvc("metrics", "diff", "HEAD", "wide")
    dvc("plots", "diff", "HEAD", "wide")
