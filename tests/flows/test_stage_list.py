"""What knows every stage beside the list has just those of the list."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import loads_yaml

from flows import stage_list
from flows.stage_list import STAGES
from flows.versioning.digests import STAGES as COMPARED
from topo.params import Params

DVC_YAML: dict[str, Any] = loads_yaml((Path(__file__).parents[2] / "dvc.yaml").read_text())


def test_dvc_and_digests_have_the_stages_of_the_list_in_order() -> None:
    assert list(DVC_YAML["stages"]) == list(STAGES)
    assert list(COMPARED) == list(STAGES)[1:]


@pytest.mark.parametrize("stage", STAGES)
def test_stage_reads_and_writes_in_dvc_what_the_list_says(stage: str) -> None:
    described = DVC_YAML["stages"][stage]
    outs = [Path(each if isinstance(each, str) else next(iter(each))) for each in described["outs"]]
    folder = STAGES[stage].folder
    assert all(folder in (out, *out.parents) or out.name == "digests" for out in outs)
    deps = [Path(each) for each in described.get("deps", ())]
    read = {
        name for name, each in STAGES.items() for dep in deps if each.folder in (dep, *dep.parents)
    }
    # The raw files are the datasets' matter.
    assert read - {"fetch"} == set(STAGES[stage].reads)
    for made in STAGES[stage].made:
        assert any(out in (made, *made.parents) for out in outs), made


@pytest.mark.parametrize("stage", STAGES)
def test_stage_has_a_flow_of_its_name(stage: str) -> None:
    assert callable(getattr(import_module(f"flows.stages.{stage}"), stage))


def test_what_a_stage_may_be_asked_for_is_a_section_of_the_parameters() -> None:
    assert set(stage_list.WITH_UNITS) <= set(Params.model_fields)
