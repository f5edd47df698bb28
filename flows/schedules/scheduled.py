"""The study as flows for schedules and for the server's pages: each run is the front door.

Prefect shows a flow's parameters as a form, and takes what it says about each from a docstring in
Google's style only: hence the style of the flows' docstrings here.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from pydantic import Field

from flows import store
from flows.environment import results_are_portable
from flows.lock import sole_run
from flows.running.study_run import end_killed, name_unless_named
from flows.schedules.front_door_process import (
    end_run_s_stages,
    flow_run,
    notify,
    open_front_door,
)
from flows.versioning.record import metrics_diff, push_record, record
from topo.params import load_params
from topo.params.benchmark import BenchmarkParams, OtherRepeatedParams, RepeatedParams
from topo.params.stages import SweepParams

_CRON_FIELDS = 5

#: What a form refuses at once, as params.yaml would; whether a name is registered, the run says.
_Perplexities = Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
_Names = Annotated[list[str], Field(min_length=1)]
_Repetitions = Annotated[int, Field(ge=1)]

#: What all of these flows have in common.
_OPTIONS: dict[str, Any] = {
    "flow_run_name": name_unless_named,
    "on_failure": [end_run_s_stages, notify],
    "on_crashed": [end_run_s_stages, notify],
    "on_cancellation": [end_run_s_stages],
}


@flow(
    name="reproduce",
    description="Bring every stage up to date, and keep what came out as a git tag.",
    **_OPTIONS,
)
def reproduce(
    workers: int | None = None, ray_address: str | None = None, push: bool = False
) -> None:
    """Bring every stage up to date, as `python -m flows reproduce` does, and record the results.

    Fails where the study fails, or where the record cannot be pushed; it is made all the same.

    Args:
        workers: Cores of a local Ray; all of the machine's if not given.
        ray_address: HOST:PORT of a Ray cluster's head; a local Ray if not given.
        push: Send the results to DVC's default remote and the record's tag to git's `origin`.
    """
    open_front_door(workers=workers, ray_address=ray_address)
    logger = get_run_logger()
    if not results_are_portable():
        logger.info("kept as an experiment, which `dvc exp show` lists: nothing is recorded")
        return
    made = record(ended=datetime.now(UTC))
    logger.info(made.sentence)
    if made.changed:
        _show_diff(made.before, made.tag, key="metrics-diff")
    if push:
        push_record(made)
        logger.info("%s and its files are pushed", made.tag)


@flow(
    name="sweep-experiment",
    description="t-SNE from small to large perplexities with other values than params.yaml has, as "
    "a DVC experiment that has the flow run's name. The checkout's own results stay as they are.",
    **_OPTIONS,
)
def sweep(
    perplexities: _Perplexities | None = None,
    repetitions: _Repetitions | None = None,
    report: bool = True,
    workers: int | None = None,
    ray_address: str | None = None,
) -> None:
    """Run the sweep with other parameters, as `python -m flows reproduce -S ...` does.

    Args:
        perplexities: Perplexities on every dataset of the sweep; those of params.yaml if not given.
        repetitions: Splits of every dataset of the sweep; those of params.yaml if not given.
        report: Make the experiment's report as well, for which every stage is brought up to date.
        workers: Cores of a local Ray; all of the machine's if not given.
        ray_address: HOST:PORT of a Ray cluster's head; a local Ray if not given.
    """
    changes = sweep_changes(
        load_params(store.PARAMS).sweep, perplexities=perplexities, repetitions=repetitions
    )
    _experiment("sweep", changes, report=report, workers=workers, ray_address=ray_address)


@flow(
    name="benchmark-experiment",
    description="The comparison of Table 1 with other methods, datasets or repetitions than "
    "params.yaml has, as a DVC experiment that has the flow run's name. The checkout's own results "
    "stay as they are.",
    **_OPTIONS,
)
def benchmark(
    methods: _Names | None = None,
    datasets: _Names | None = None,
    repetitions: _Repetitions | None = None,
    report: bool = True,
    workers: int | None = None,
    ray_address: str | None = None,
) -> None:
    """Run the benchmark with other parameters, as `python -m flows reproduce -S ...` does.

    Args:
        methods: Names of the methods to compare; those of params.yaml if not given.
        datasets: Names of the datasets; those of params.yaml if not given.
        repetitions: Repetitions on every dataset; those of params.yaml if not given.
        report: Make the experiment's report as well, for which every stage is brought up to date.
        workers: Cores of a local Ray; all of the machine's if not given.
        ray_address: HOST:PORT of a Ray cluster's head; a local Ray if not given.
    """
    changes = benchmark_changes(
        load_params(store.PARAMS).benchmark,
        methods=methods,
        datasets=datasets,
        repetitions=repetitions,
    )
    _experiment("benchmark", changes, report=report, workers=workers, ray_address=ray_address)


def _experiment(stage: str, changes: list[str], *, report: bool, **where: Any) -> None:
    """Run up to a stage, or to the report, and show what the changes made of the metrics."""
    if not changes:
        raise ValueError(
            f"{stage} needs a parameter that differs from params.yaml, got none; "
            "the deployment `reproduce` runs the study as it is"
        )
    # On the form a run may have any name; in git an experiment may not.
    name = re.sub(r"[^A-Za-z0-9]+", "-", flow_run().name).strip("-") or stage
    last = "report" if report else stage
    open_front_door(last, changes=changes, name=name, **where)
    get_run_logger().info("`dvc exp show` compares, `dvc exp apply %s` brings the results", name)
    _show_diff("HEAD", name, key="experiment-metrics-diff")


def _show_diff(before: str | None, after: str, *, key: str) -> None:
    """Show what changed in the metrics, in the log and as an artifact."""
    text = metrics_diff(before, after)
    get_run_logger().info("metrics of %s against %s:\n%s", after, before, text)
    create_markdown_artifact(
        f"# Metrics of `{after}` against `{before}`\n\n{text}\n",
        key=key,
        description=f"What changed from {before} to {after}",
    )


def check_cron(cron: str) -> None:
    """Refuse what is no schedule of five fields, or one that never fires.

    Raises
    ------
    ValueError
        Says what was given, and an example.
    """
    # The server's own, which knows the dates.
    from prefect.server.schemas.schedules import CronSchedule

    try:
        # Prefect takes a sixth field, for seconds, and dates that never come.
        if len(cron.split()) != _CRON_FIELDS:
            raise ValueError(f"{len(cron.split())} fields")
        asyncio.run(CronSchedule(cron=cron).get_dates(1))
    except ValueError as error:
        raise ValueError(
            "--cron needs minute, hour, day of the month, month and day of the week of a time that "
            f'comes, got {cron!r} ({error}): for every night at three, UTC, give "0 3 * * *"'
        ) from error


def serve(cron: str, *, own_server: bool) -> None:
    """Wait for the times of a schedule, in UTC, and run then; never two at once.

    Runs that were killed earlier are ended where no other program uses the server.
    """
    if own_server:
        _end_killed_runs()
    # Prefect's runner has its files there: else in the temporary folder, under a name that other
    # users know.
    tempfile.tempdir = os.environ["PREFECT_HOME"]
    reproduce.serve(
        name="scheduled",
        cron=cron,
        global_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        pause_on_shutdown=False,
    )


def _end_killed_runs() -> None:
    """Free the place of a run that was killed with an earlier `serve`, unless one is alive here."""
    with suppress(RuntimeError), sole_run():
        end_killed(reproduce)


def sweep_changes(
    sweep: SweepParams, *, perplexities: Sequence[float] | None, repetitions: int | None
) -> list[str]:
    """Return the changes, NAME=VALUE each, for a sweep with other values on all its datasets.

    What is None is unchanged; datasets of params.yaml may name values of their own.
    """
    changes = []
    if perplexities is not None:
        values = [int(each) if float(each).is_integer() else each for each in perplexities]
        own = [name for name, each in sweep.datasets.items() if each.perplexities is not None]
        places = ["sweep", *(f"sweep.datasets.{name}" for name in own)]
        changes += [_change(f"{place}.perplexities", values) for place in places]
    if repetitions is not None:
        changes += [
            _change(f"sweep.datasets.{name}.repetitions", repetitions) for name in sweep.datasets
        ]
    return changes


def benchmark_changes(
    benchmark: BenchmarkParams,
    *,
    methods: Sequence[str] | None,
    datasets: Sequence[str] | None,
    repetitions: int | None,
) -> list[str]:
    """Return the changes, NAME=VALUE each, for a comparison with as many repetitions everywhere.

    What is None is unchanged; datasets of params.yaml may name values of their own. What must be at
    most the repetitions is lowered to them.
    """
    changes = []
    for name, names in (("methods", methods), ("datasets", datasets)):
        if names is not None:
            changes.append(_change(f"benchmark.{name}", names))
    if repetitions is not None:
        changes += _repeated("benchmark", benchmark, repetitions)
        if benchmark.defaults > repetitions:
            changes.append(_change("benchmark.defaults", repetitions))
        for dataset, other in benchmark.per_dataset.items():
            changes += _repeated(f"benchmark.per_dataset.{dataset}", other, repetitions)
    return changes


def _repeated(place: str, given: RepeatedParams | OtherRepeatedParams, n: int) -> list[str]:
    """Return the changes to n repetitions of what stands at a place of params.yaml."""
    changes = [] if given.repetitions is None else [_change(f"{place}.repetitions", n)]
    at_most = {"second_best": given.second_best}
    if given.crossed is not None:
        at_most |= {f"crossed.{name}": getattr(given.crossed, name) for name in ("draws", "splits")}
    lowered = [name for name, value in at_most.items() if value is not None and value > n]
    return changes + [_change(f"{place}.{name}", n) for name in lowered]


def _change(name: str, value: Any) -> str:
    return f"{name}={json.dumps(value)}"
