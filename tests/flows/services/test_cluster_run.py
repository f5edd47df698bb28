"""A stage on a cluster of several nodes, called as its user calls it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cluster import local_cluster, wait_for
from tests.flows.checkout import Checkout, copy_project
from tests.flows.versioning.test_dvc_remotes import files

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("no_services")]

#: Has every process that imports a module say from where.
SPY = """
import os as _os
import pathlib as _pathlib

_pathlib.Path({folder!r}, str(_os.getpid())).write_text(__file__)
"""


@pytest.fixture
def checkout(reproduced: tuple[Checkout, str], tmp_path: Path) -> Checkout:
    """A checkout in which only the stages before the benchmark have run."""
    (tmp_path / "project").mkdir()
    checkout = copy_project(tmp_path / "project")
    for name in ("data", "results/tune"):
        shutil.copytree(reproduced[0].folder / name, checkout.folder / name)
    return checkout


def spy_on(checkout: Checkout, module: str, folder: Path) -> None:
    """Have the processes that import a module of a checkout write its place into a folder."""
    folder.mkdir()
    path = checkout.folder / module
    path.write_text(path.read_text() + SPY.format(folder=str(folder)))


def n_kept(checkout: Checkout) -> int:
    """How many units are finished."""
    return len(list((checkout.folder / ".cache/units").glob("??/[0-9a-f]*")))


def test_stage_on_nodes_that_join_and_leave_gives_the_local_bits(
    reproduced: tuple[Checkout, str], checkout: Checkout, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    spy_on(checkout, "topo/methods/pca.py", seen)
    with local_cluster(3) as cluster:
        for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH"):
            checkout.environment[name] = os.environ[name]
        assert "TOPO_LOCAL_RAY" not in checkout.environment
        process = checkout.start("flows", "benchmark", "--ray-address", cluster.address)
        try:
            # Ray starts nodes in the main thread only.
            for n_units, change in ((6, cluster.add_node), (14, cluster.kill_node)):
                wait_for(
                    lambda n=n_units: n_kept(checkout) >= n or process.poll() is not None,
                    seconds=180,
                )
                assert process.poll() is None, process.communicate()[0]
                change()
            output = process.communicate(timeout=300)[0]
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=60)
    assert process.returncode == 0, output
    tables = [each.folder / "results/benchmark" for each in (checkout, reproduced[0])]
    assert files(tables[0]) == files(tables[1])
    places = {Path(path.read_text()) for path in seen.iterdir()}
    on_nodes = {place for place in places if not place.is_relative_to(checkout.folder)}
    assert on_nodes, places
    assert all("py_modules_files" in place.parts for place in on_nodes), places
