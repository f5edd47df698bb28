"""A table of one's own, from the command to its page."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from flows.__main__ import main
from flows.study import _slug
from tests.cluster import local_cluster, wait_for
from tests.flows.checkout import Checkout, copy_project

#: Names that are text wherever they stand.
CLASSES = ("T cell", "<b>B</b>", "$NK$")
_METHODS = ("tsne", "topoae")
_RESULTS = ("benchmark", "sweep", "tune", "report")


def write_table(path: Path, n: int = 120) -> Path:
    rng = np.random.default_rng(0)
    rows = ["weight,height,width,kind"]
    for i in range(n):
        point = rng.normal(size=3) + 5 * np.eye(3)[i % 3]
        rows.append(",".join([*(f"{value:.3f}" for value in point), CLASSES[i % 3]]))
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout whose parameters describe both controls, in which nothing has run."""
    (tmp_path / "project").mkdir()
    made = copy_project(tmp_path / "project")
    made.write_params(lambda params: params["methods"].update(random={}))
    return made


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in _RESULTS
        for path in sorted((folder / "results" / name).rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("My Cells (v2)", "my_cells_v2"),
        ("digits", "own_digits"),
        ("spheres_3", "own_spheres_3"),
        ("2026", "own_2026"),
        ("../<script>", "script"),
        ("x" * 60, "x" * 40),
        ("Ü", "own"),
    ],
)
def test_names_of_files_become_names_of_datasets(stem: str, name: str) -> None:
    assert _slug(stem) == name


def test_a_folder_says_all_itself(checkout: Checkout, monkeypatch, capsys) -> None:
    monkeypatch.chdir(checkout.folder)
    Path("studies/wine").mkdir(parents=True)
    assert main(["study", "studies/wine"]) == 1
    assert "has no params.yaml: give a table, or the folder of a study" in capsys.readouterr().err
    assert main(["study", "studies/wine", "--label", "kind", "--quick"]) == 1
    assert "leave --label, --quick away, or edit" in capsys.readouterr().err


def test_other_parameters_of_the_same_name_are_refused(
    checkout: Checkout, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(checkout.folder)
    table = write_table(tmp_path / "cells.csv")
    Path("studies/cells").mkdir(parents=True)
    Path("studies/cells/params.yaml").write_text("split: {seed: 5}\n")
    assert main(["study", str(table), "--label", "kind", "--methods", "tsne"]) == 1
    found = capsys.readouterr().err
    assert "studies/cells is a study with other values of benchmark, datasets" in found
    assert "`python -m flows study studies/cells` goes on with those, --name NAME" in found


def test_table_becomes_a_page_and_the_checkout_stays_as_it_is(
    checkout: Checkout, tmp_path: Path
) -> None:
    before = (checkout.folder / "params.yaml").read_bytes()
    command = ("study", str(write_table(tmp_path / "cells.csv")), "--label", "kind")
    done = checkout.run("flows", *command, "--quick", "--methods", "tsne")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = checkout.folder / "studies/cells"
    page = Path(done.stdout.splitlines()[-1])
    assert page == folder / "results/report/report.html"
    text = page.read_text()
    assert "&lt;b&gt;B&lt;/b&gt; (40)" in text and "<b>B</b>" not in text
    assert page.stat().st_size < 10 * 2**20
    assert text.count('id="embeddings-cells"') == text.count('id="stability-cells"') == 1
    # What stands on the page stands in what DVC compares.
    compared = checkout_dvc(folder, checkout, "exp", "show", "--json")
    assert '"trustworthiness"' in compared and "cells" in compared
    # It is recorded: only the step that always runs is asked for.
    assert checkout_dvc(folder, checkout, "status").split() == ["fetch:", "always", "changed"]
    assert Checkout(folder).git("status", "--porcelain") == ""
    assert "remote" not in (folder / ".dvc/config").read_text()
    assert (checkout.folder / "params.yaml").read_bytes() == before
    assert not (checkout.folder / "results").exists() and not (checkout.folder / "data").exists()
    assert checkout.left_running() == []


def checkout_dvc(folder: Path, checkout: Checkout, *command: str) -> str:
    inside = Checkout(folder)
    inside.environment |= checkout.environment
    return inside.dvc(*command)


@pytest.mark.proof
@pytest.mark.usefixtures("no_services")
def test_killed_and_resumed_on_a_cluster_it_gives_the_same_bits(
    checkout: Checkout, tmp_path: Path
) -> None:
    table = write_table(tmp_path / "cells.csv")
    command = ("flows", "study", str(table), "--label", "kind", "--quick", "--methods", *_METHODS)
    undisturbed = checkout.run(*command)
    assert undisturbed.returncode == 0, undisturbed.stdout + undisturbed.stderr
    (tmp_path / "other").mkdir()
    other = copy_project(tmp_path / "other")
    other.write_params(lambda params: params["methods"].update(random={}))
    units = other.folder / "studies/cells/.cache/units"
    process = other.start(*command)
    assert wait_for(lambda: len(list(units.glob("??/*"))) > 20, seconds=180)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with local_cluster(3) as cluster:
        for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH"):
            other.environment[name] = os.environ[name]
        resumed = other.run(*command, "--ray-address", cluster.address)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert content(other.folder / "studies/cells") == content(checkout.folder / "studies/cells")
