"""The manual's code runs as it stands there.

The examples of docs/extending.md come into a copy of the project just as the page says: one file
and one line each, and what params.yaml is to run. Nothing else is touched.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import loads_yaml

from tests.flows.checkout import Checkout, copy_project
from tests.manual import ROOT, blocks

EXTENDING, LIBRARY = ROOT / "docs/extending.md", ROOT / "docs/library.md"
#: Module by the path in its first line, with the settings that stand below it.
EXAMPLES = {code.split("\n", 1)[0].removeprefix("# "): code for code in blocks("python", EXTENDING)}
SETTINGS = [loads_yaml(block) for block in blocks("yaml", EXTENDING)]
LINES = re.findall(r"`([^`\n]*load\([^`]*)`", EXTENDING.read_text(encoding="utf-8"))
REGISTRIES = {
    "topo/methods/__init__.py": "METHODS",
    "topo/datasets/__init__.py": "DATASETS",
    "topo/metrics/registry.py": "METRICS",
}
NAMES = ("isomap", "swiss_roll", "neighbour_overlap")

#: What a run does with a method, a dataset and a metric, without services: in the copy.
STUDY = """
import json, sys
from pathlib import Path
import numpy as np
from topo.figures import embedding_grid
from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.params import load_params
from topo.plan import plan_benchmark
from topo.report.explorer import explorer_data
from topo.scores import SCORES, ScoreRow, aggregate
from topo.splits import stratified_split
from topo.table import describe_table1, table1, to_markdown
from topo.report import ReportEmbedding, ReportInput

params = load_params(Path("params.yaml"))
rows, embeddings, inputs = [], [], {}
for job in plan_benchmark(params, {}):
    data = params.datasets[job.dataset].drawn(job.draw).load(Path("data/raw"))
    split = stratified_split(data.y, params.split.fractions, seed=job.split)
    X, labels = data.X[split.test], data.y[split.test]
    made = job.method.embed(data.X[split.train], X, seed=job.seed)
    both = Comparison(Space.of(X), Space.of(made.points), labels, data.outer, made.scalars)
    place = (job.dataset, job.draw, job.split, job.method_name, job.model_seed)
    for score in evaluate(both, params.benchmark.metrics):
        rows.append(ScoreRow("benchmark", *place, job.seed, job.hyperparameters, *score))
    inputs[job.dataset, job.draw, job.split] = ReportInput(
        job.dataset, job.draw, job.split, labels, both.input.diagrams[0][:, 1], data.outer)
    embeddings.append(ReportEmbedding(
        "benchmark", job.dataset, job.method_name, job.draw, job.split, job.model_seed,
        job.hyperparameters, made.points, both.latent.diagrams[0][:, 1]))
frame = SCORES.frame(rows)
drawn = {each.method: each.points for each in embeddings if each.dataset == "swiss_roll"}
figure = embedding_grid(drawn, inputs["swiss_roll", 0, 0].labels, dataset="swiss_roll",
                        outer=None)
explorer = explorer_data(list(inputs.values()), embeddings, frame)
print(json.dumps({
    "table": to_markdown(describe_table1(table1(aggregate(frame)))),
    "panels": [axis.get_title() for axis in figure.axes],
    "metrics": [each["name"] for each in explorer["metrics"]],
    "items": sorted({(each["dataset"], each["series"]) for each in explorer["items"]}),
}))
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the project after somebody has done what the page says."""
    checkout = copy_project(tmp_path_factory.mktemp("extended"))
    for path, code in EXAMPLES.items():
        (checkout.folder / path).write_text(code)
    for (path, registry), line in zip(REGISTRIES.items(), LINES, strict=True):
        register(checkout.folder / path, registry, line)
    return checkout


def register(path: Path, registry: str, line: str) -> None:
    """Add a line to a registry, as its last one."""
    text = path.read_text()
    if line in text:
        return  # somebody has followed the page
    before, _, after = text.partition(f"\n{registry}: ")
    body, end, rest = re.split(r"(\n[})]\n)", after, maxsplit=1)
    path.write_text(f"{before}\n{registry}: {body}\n    {line}{end}{rest}")


def test_every_example_names_its_file_and_has_its_line() -> None:
    folders = [path.rsplit("/", 1)[0] for path in EXAMPLES]
    assert folders == ["topo/methods", "topo/datasets", "topo/metrics"]
    assert len(LINES) == len(SETTINGS) == 3


@pytest.mark.parametrize("name", NAMES)
def test_the_command_says_that_the_contract_is_kept(extended: Checkout, name: str) -> None:
    done = extended.run("flows", "check", name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^(\d+) of \1 hold$", done.stdout, re.MULTILINE)


def test_the_projects_tests_go_through_them(extended: Checkout) -> None:
    tests = [f"tests/topo/{each}" for each in ("methods", "datasets", "metrics")]
    which = " or ".join((*NAMES, "registry", "counterparts"))
    command = ["pytest", "-q", "-p", "no:cacheprovider", "-k", which]
    done = extended.run(*command, *tests, "tests/test_bench.py")
    assert done.returncode == 0, done.stdout[-5000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None and int(passed[1]) > 30


def test_each_is_in_table_page_and_figures(extended: Checkout) -> None:
    def add(params: dict[str, Any]) -> None:
        for settings in SETTINGS:
            for stage, values in settings.items():
                params[stage] |= values
        params["datasets"]["swiss_roll"] |= {"size": 300}
        params["benchmark"] |= {"datasets": ["spheres", "swiss_roll"], "repetitions": 2}
        params["benchmark"] |= {"methods": ["isomap", "pca", "random"], "per_dataset": {}}
        params["benchmark"]["crossed"] = {"draws": 1, "splits": 1, "model_seeds": 1}
        params["methods"] |= {"random": {}, "isomap": {"n_neighbors": 5}}

    extended.write_params(add)
    done = subprocess.run(
        [sys.executable, "-c", STUDY], cwd=extended.folder, env=extended.environment,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert re.search(r"^\| Isomap \| \**", shown["table"], re.MULTILINE)
    assert "### Swiss roll" in shown["table"]
    assert "| Overlap of neighbours ↑<br>Share of the 10 nearest points" in shown["table"]
    assert shown["panels"][:3] == ["Isomap", "PCA", "Random"]
    assert "Overlap of neighbours" in shown["metrics"]
    assert ["Swiss roll", "Isomap"] in shown["items"]


def test_parts_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks("python", LIBRARY):
        exec(compile(block, LIBRARY.name, "exec"), names)
    assert {path.name for path in tmp_path.iterdir()} == {"X.npy", "Z.npy", "y.npy"}
    assert 0.5 < names["values"]["trustworthiness", "raw"] <= 1
    assert min(names["raw"], names["scale_free"], names["loops"]) > 0
    assert names["plane"].shape == (100, 2)
    assert names["back"].shape == (100, 64)
