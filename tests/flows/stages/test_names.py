"""What Ray's dashboard calls the units of each stage."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

import pytest
from prefect.logging import disable_run_logger

from flows.stage_list import WITH_UNITS
from tasks.fanout import FanOut
from tests.flows.checkout import Checkout


class _MadeError(Exception):
    """A fan-out is made; says for which stage."""


def test_every_stage_names_its_units(study: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(self: FanOut, cache: Any, *, stage: str = "", **options: Any) -> None:
        raise _MadeError(stage)

    # A copy: another test process looks for processes that work in the study itself.
    monkeypatch.chdir(study.folder)
    monkeypatch.setattr(FanOut, "__init__", tell)
    monkeypatch.setattr("ray.put", lambda value: value)
    for stage in WITH_UNITS:
        flow = getattr(import_module(f"flows.stages.{stage}"), stage)
        with disable_run_logger(), pytest.raises(_MadeError, match=f"^{stage}$"):
            asyncio.run(flow.fn())
