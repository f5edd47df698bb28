"""What the report page says of the runs that its numbers come from."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from dvc.utils.serialize import loads_yaml

from flows import store
from flows.reporting.page import flatten, gather_content, narrower_searches
from flows.running import provenance
from flows.stage_list import WITH_UNITS
from tests.flows.reporting.test_results import results
from topo.params import load_params, parse_params
from topo.report import render_report
from topo.scores import aggregate, spread
from topo.table import table1

ROOT = Path(__file__).parents[3]
STAGES = [*WITH_UNITS, "report"]


def test_a_narrower_search_than_the_papers_is_said() -> None:
    given = loads_yaml((ROOT / "params.yaml").read_text())
    given["tune"]["search"]["mnist"]["umap"]["n_neighbors"] = [15, 50]
    assert narrower_searches(parse_params(given)) == [
        "UMAP on MNIST was tuned with n_neighbors from 15 to 50, in the paper from 15 to 500: its "
        "verdicts there rest on that."
    ]
    given["tune"]["search"]["mnist"]["umap"]["n_neighbors"] = [10, 600]
    assert narrower_searches(parse_params(given)) == []


def rendered() -> str:
    """The page, of whatever results, as the stage makes it."""
    params = load_params(store.PARAMS)
    found = results()
    table, spreads = table1(aggregate(found.benchmark)), spread(found.benchmark)
    return render_report(
        gather_content(
            params, found, table=table, spreads=spreads, judged=[], findings=[], figures=[]
        )
    )


def test_other_time_machine_and_revision_leave_the_page_as_it_is(
    in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(ROOT / "params.yaml", store.PARAMS)
    before = rendered()
    for facts in ({"machine": "one", "revision": "4128b36"}, {"machine": "another"}):
        monkeypatch.setattr(provenance, "describe_run", lambda further, facts=facts: facts)
        for stage in STAGES:
            provenance.write_provenance(stage, [])
        assert rendered() == before
    # A comment is no parameter.
    store.PARAMS.write_text("# Read me.\n" + store.PARAMS.read_text())
    assert rendered() == before
    store.PARAMS.write_text(store.PARAMS.read_text().replace("n_inner: 10", "n_inner: 11"))
    assert rendered() != before


def test_page_leads_to_when_where_and_with_what_each_stage_ran(in_folder: Path) -> None:
    shutil.copyfile(ROOT / "params.yaml", store.PARAMS)
    for stage in STAGES:
        provenance.write_provenance(stage, [])
    links = re.findall(r'href="([^#"]+\.json)"', rendered())
    told = [json.loads((store.REPORT / link).resolve().read_text()) for link in links]
    assert [Path(link).stem for link in links] == STAGES
    assert all({"ended", "machine", "packages", "revision"} <= set(each) for each in told)


def test_parameters_have_the_names_that_the_command_line_takes() -> None:
    given = {"methods": {"ae": {"hidden": [32, 32], "epochs": 20}, "pca": {}}, "images": "test"}
    assert dict(flatten(given)) == {
        "methods.ae.hidden": "[32, 32]",
        "methods.ae.epochs": "20",
        "methods.pca": "{}",
        "images": "test",
    }


def test_a_stage_has_the_versions_of_what_it_computes_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "PROVENANCE", tmp_path)
    for stage in ("tune", "sweep"):
        provenance.write_provenance(stage, [])
    packages = {path.stem: json.loads(path.read_text())["packages"] for path in tmp_path.iterdir()}
    assert "optuna" in packages["tune"]
    assert "optuna" not in packages["sweep"]
