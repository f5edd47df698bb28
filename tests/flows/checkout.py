"""A copy of the project with small parameters, in a folder of its own."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from dvc.utils.serialize import dumps_yaml
from numba.core.caching import UserProvidedCacheLocator

from flows.services.child import child_command

ROOT = Path(__file__).parents[2]

TINY = {
    "datasets": {
        "spheres": {
            "kind": "spheres",
            "n_inner": 3,
            "n_points_per_inner": 40,
            "n_outer": 120,
            "dimension": 11,
            "inner_radius": 5.0,
            "outer_radius": 25.0,
            "centre_std": 1.0,
            "seed": 42,
        },
        "digits": {"kind": "digits"},
        "twist": {"kind": "twist", "size": 100},
        "mnist": {
            "kind": "mnist",
            "images": "test",
            "n_images": 300,
            "mean": 0.1307,
            "std": 0.3081,
        },
    },
    "split": {"fractions": {"train": 0.6, "validation": 0.2, "test": 0.2}, "seed": 0},
    # The digits' 360 test points are too many, so that their scores are estimates.
    "sampling": {"above": 150, "n_points": 30, "n_samples": 5},
    "methods": {
        "tsne": {"perplexity": 10.0},
        "topoae": {
            "hidden": [8],
            "epochs": 2,
            "batch_size": 32,
            "learning_rate": 0.001,
            "lam": 1.0,
        },
        "pca": {},
    },
    "tune": {
        "takes_from": {"digits": "spheres"},
        "objective": "kl_0.1",
        "n_trials": 3,
        "n_startup_trials": 2,
        "n_best": 2,
        "judged_again": 2,
        "seed": 0,
        "search": {"spheres": {"tsne": {"perplexity": [5.0, 20.0]}}},
    },
    "sweep": {
        "perplexities": [5, 40],
        "datasets": {"spheres": {"repetitions": 2}},
        "epochs": {"dataset": "spheres", "values": [1], "repetitions": 1},
        # Other epochs than those of the benchmark, whose units it would share.
        "replay": {"dataset": "spheres", "methods": ["topoae"], "epochs": [1, 3]},
        "metrics": ["sliced_wasserstein", "nesting"],
    },
    "loops": {
        "training": {"hidden": [8], "epochs": 2, "batch_size": 1024, "learning_rate": 0.01},
        "methods": {"topoae_h1": {"lam": 1.0}, "pca": {}},
        "datasets": {"twist": {"methods": ["topoae_h1", "pca"], "repetitions": 2}},
        "metrics": ["loops_same", "bottleneck_h1", "trustworthiness"],
    },
    "theory": {
        "seed": 0,
        "experiments": {"circle_unrolled": {"n_points": 24, "gap_ratio": 1.1}},
    },
    "questions": {
        "seed": 0,
        "experiments": {
            "shifted_squares": {
                "n_repetitions": 2,
                "points": {
                    "of": {"kind": "digits"},
                    "size": 40,
                    "scale": 4.0,
                    "shift": 0.0,
                    "seed": 0,
                },
                "shifts": [1000.0],
                "perplexities": [5.0],
                "tolerance": 0.01,
                "max_steps": 20,
            },
        },
    },
    "benchmark": {
        "datasets": ["spheres", "digits", "mnist"],
        "methods": ["tsne", "topoae", "pca"],
        "repetitions": 2,
        "crossed": {"draws": 2, "splits": 2, "model_seeds": 2},
        "second_best": 1,
        "per_dataset": {"spheres": {"repetitions": 3, "second_best": 2}},
        "metrics": ["kl_0.1", "trustworthiness", "rmse", "bottleneck", "reconstruction_error"],
    },
}


class Checkout:
    """A copy of the project in a folder of its own, with small parameters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Dozens of processes run this code: the first compiles it, others find that.
        left_out = ("PREFECT_", "RAY_", "PYTHONDONTWRITEBYTECODE")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(left_out)},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            # No mirror answers, whatever network the tests run on.
            "https_proxy": "http://127.0.0.1:9",
            "no_proxy": "127.0.0.1,localhost",
            "MNIST_DIR": "",
            # Nor does DVC read a person's settings, or write beside the checkout.
            "DVC_GLOBAL_CONFIG_DIR": str(folder / ".cache/dvc/global"),
            "DVC_SYSTEM_CONFIG_DIR": str(folder / ".cache/dvc/system"),
            "DVC_SITE_CACHE_DIR": str(folder / ".cache/dvc/site"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "A Tester"),
            **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "tester@example.com"),
        }

    def write_params(self, change: Callable[[dict], None] = lambda params: None) -> None:
        params = copy.deepcopy(TINY)
        change(params)
        (self.folder / "params.yaml").write_text(dumps_yaml(params))

    def git(self, *command: str) -> str:
        done = subprocess.run(
            ["git", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dvc(self, *command: str) -> str:
        done = self.run("dvc", *command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def clone(self, folder: Path) -> Checkout:
        """Clone the last commit, for the same user."""
        self.git("clone", "--quiet", str(self.folder), str(folder))
        clone = Checkout(folder)
        clone.environment["HOME"] = self.environment["HOME"]
        return clone

    def run(self, *command: str, timeout: float = 900) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def left_running(self) -> list[str]:
        """Processes that work in this checkout, other than the test's own and its descendants."""
        own = psutil.Process()
        known = {own.pid, *(process.pid for process in own.children(recursive=True))}
        found = []
        for process in psutil.process_iter(["cmdline"]):
            with suppress(psutil.Error):
                if process.pid not in known and Path(process.cwd()).is_relative_to(self.folder):
                    found.append(" ".join(process.info["cmdline"] or [])[:100].strip())
        return found

    def start(self, *command: str, umask: int = -1) -> subprocess.Popen[str]:
        return subprocess.Popen(
            # A child hears Ctrl-C also where a shell has its background jobs ignore it.
            child_command(*command),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            umask=umask,
        )


_HOLD = """
import json, os, sys
from contextlib import ExitStack
from flows.environment import set_environment
set_environment()
from flows.services.prefect_server import any_server
from flows.services.local import services
from flows.store import CACHE, require_writable
require_writable(CACHE)
with ExitStack() as stack:
    if "ray" in sys.argv:
        stack.enter_context(services(workers=2))
    else:
        stack.enter_context(any_server())()
    names = [name for name in os.environ if name.startswith(("PREFECT_", "RAY_", "TOPO_"))]
    print(json.dumps({name: os.environ[name] for name in names}), flush=True)
    input()
"""


@contextmanager
def shared_services(checkout: Checkout, *, ray: bool = True) -> Iterator[None]:
    """Have one server, and one Ray, for all that is run in a checkout within a block."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, *(["ray"] if ray else [])],
        cwd=checkout.folder,
        env=checkout.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    before = dict(checkout.environment)
    checkout.environment.update(json.loads(process.stdout.readline()))
    try:
        yield
    finally:
        checkout.environment.clear()
        checkout.environment.update(before)
        process.communicate("\n", timeout=60)


@contextmanager
def copy_of(checkout: Checkout, folder: Path) -> Iterator[Checkout]:
    """A copy of a checkout with its results, and with a temporary folder of its own, for a block.

    It knows no run of the server's, and DVC has not looked at its files yet.
    """
    ignored = shutil.ignore_patterns("prefect", "dvc")
    shutil.copytree(checkout.folder, folder, ignore=ignored, symlinks=True)
    share_machine_code(folder)
    copy = Checkout(folder)
    # Below the system's: sockets lie in it, whose paths must be short.
    with tempfile.TemporaryDirectory(prefix="t-") as temporary:
        copy.environment["TMPDIR"] = temporary
        yield copy


def share_machine_code(folder: Path) -> None:
    """Have a copy of the project find what numba has compiled of the project, and keep it there.

    Numba looks below the folder of the source file, by its path, and takes what the same source
    gave: without this every copy would compile for half a minute.
    """
    kept = Path(os.environ["NUMBA_CACHE_DIR"])
    for source in {path.parent for path in (ROOT / "topo").rglob("*.py")}:
        places = (source / "any.py", folder / source.relative_to(ROOT) / "any.py")
        own, new = (kept / UserProvidedCacheLocator.get_suitable_cache_subpath(p) for p in places)
        own.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            new.symlink_to(own, target_is_directory=True)


def copy_project(folder: Path) -> Checkout:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    for name in listed:
        if name and (ROOT / name).is_file() and name != "dvc.lock":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    share_machine_code(folder)
    checkout = Checkout(folder)
    checkout.write_params()
    return checkout
