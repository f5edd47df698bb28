from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from flows.environment import set_environment

set_environment()
# Prefect makes its home folder when it is imported, but not the folders above.
Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)

# Every run draws the same examples; HYPOTHESIS_PROFILE=thorough draws many others. How long one
# takes is a matter of the machine, and one folder serves all examples of a test.
settings.register_profile(
    "steady",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "thorough", settings.get_profile("steady"), max_examples=250, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix files that wait for servers with files that compute: two processes then share the cores.

    pytest-xdist hands out whole files, in this order. The first file that needs the small study has
    it run, which takes a minute; the next one comes when it is there.
    """
    waiting, computing, studying = {}, {}, {}
    for item in items:
        kind = waiting if item.nodeid.startswith("tests/flows/") else computing
        kind = studying if "first_run" in getattr(item, "fixturenames", ()) else kind
        kind.setdefault(item.path, len(kind))
    place = {path: n / len(kind) for kind in (waiting, computing) for path, n in kind.items()}
    for path, n in studying.items():
        place[path] = 0.3 + 0.65 * n / len(studying) if n else 0.1
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(scope="module")
def ray_cluster() -> Iterator[None]:
    """A local Ray of two cores, for all tests of a file that submit units.

    Other files start clusters with tokens of their own in this process.
    """
    from flows.services.local import ray_cluster

    with ray_cluster(2):
        yield


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget any server or cluster that the caller's environment names."""
    for name in ("PREFECT_API_URL", "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def full_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of 256 KiB: a file system of its own, which only an administrator can make."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("no small file system can be mounted here: this test needs an administrator")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
