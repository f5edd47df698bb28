"""Stages one after another in this process, under services that are started once."""

from __future__ import annotations

import argparse
import inspect
import os
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

from flows.environment import DEVICE, STAGES_OF_RUN
from flows.lock import sole_run
from flows.stage_list import STAGES

if TYPE_CHECKING:
    from topo.params import Params


def read_options(options: argparse.Namespace) -> Params:
    """Read the parameters, and hand on what the machine's options say."""
    from flows.running.parameters import begin_with_params

    params = begin_with_params()
    if options.ray_address is not None:
        os.environ["RAY_ADDRESS"] = options.ray_address
    # The services look whether the cluster has it.
    os.environ[DEVICE] = options.device
    return params


def run_whole(options: argparse.Namespace) -> None:
    """Run all stages in the current folder, with its parameters, without DVC."""
    params = read_options(options)
    os.environ[STAGES_OF_RUN] = " ".join(STAGES)
    with sole_run():
        run_stages(tuple(STAGES), params, options)


def run_stages(stages: Sequence[str], params: Params, options: argparse.Namespace) -> None:
    """Run stages one after another: `fetch` a plain step, flows under services of their own."""
    if stages[0] == "fetch":
        from flows.stages.fetch import fetch

        fetch(params)
        stages = stages[1:]
    if stages:
        _run_flows(stages, options)


def _run_flows(stages: Sequence[str], options: argparse.Namespace) -> None:
    from flows.running.failures import shorten_logs
    from flows.services.local import services
    from flows.services.prefect_server import end_with_local_server

    shorten_logs()
    end_with_local_server()
    with ExitStack() as stack:
        stack.enter_context(services(workers=options.workers))
        # Imported only now: Prefect reads its settings, the server's address among them, once.
        from flows.reporting.stage_artifact import publish_stage
        from flows.running.live import plain_lines
        from flows.running.study_run import run_stage, study_run

        stack.enter_context(plain_lines())
        if len(stages) > 1:
            stack.enter_context(study_run())
        machine = {"time_limit": options.time_limit, "device": options.device}
        for stage in stages:
            # A stage's flow has the name of its module.
            flow = getattr(import_module(f"flows.stages.{stage}"), stage)
            accepted = inspect.signature(flow.fn).parameters
            given = {name: each for name, each in machine.items() if name in accepted}
            run_stage(flow, given, on_end=publish_stage)
