"""The study as flows for schedules and for the server's pages: each run is the front door.

Prefect shows a flow's parameters as a form, and takes what it says about each from a docstring in
Google's style only: hence the style of the flows' docstrings here.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

from flows import store
from flows.environment import results_are_portable
from flows.lock import sole_run
from flows.running.failures import shorten_logs
from flows.running.study_run import end_killed, name_unless_named
from flows.schedules import forms
from flows.schedules.front_door_process import (
    end_run_s_stages,
    flow_run,
    notify,
    open_front_door,
)
from flows.versioning.experiment import check_changes
from flows.versioning.record import metrics_diff, push_record, record
from topo.params import load_params

_CRON_FIELDS = 5

# A run's log has the reason of a failure that is expected, without its stack.
shorten_logs()

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
    perplexities: forms.Perplexities = forms.Perplexities(),  # noqa: B008
    repetitions: forms.SweepRepetitions = forms.SweepRepetitions(),  # noqa: B008
    report: bool = True,
    workers: int | None = None,
    ray_address: str | None = None,
) -> None:
    """Run the sweep with other parameters, as `python -m flows reproduce -S ...` does.

    Args:
        perplexities: Perplexities on each dataset of the sweep.
        repetitions: Repetitions on each dataset of the sweep.
        report: Make the experiment's report as well, for which every stage is brought up to date.
        workers: Cores of a local Ray; all of the machine's if not given.
        ray_address: HOST:PORT of a Ray cluster's head; a local Ray if not given.
    """
    changes = forms.sweep_changes(
        load_params(store.PARAMS),
        perplexities=perplexities.model_dump(),
        repetitions=repetitions.model_dump(),
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
    methods: forms.Methods = forms.METHODS,
    datasets: forms.Datasets = forms.DATASETS,
    repetitions: forms.BenchmarkRepetitions = forms.BenchmarkRepetitions(),  # noqa: B008
    report: bool = True,
    workers: int | None = None,
    ray_address: str | None = None,
) -> None:
    """Run the benchmark with other parameters, as `python -m flows reproduce -S ...` does.

    Args:
        methods: Names of the methods to compare.
        datasets: Names of the datasets.
        repetitions: Repetitions on each dataset.
        report: Make the experiment's report as well, for which every stage is brought up to date.
        workers: Cores of a local Ray; all of the machine's if not given.
        ray_address: HOST:PORT of a Ray cluster's head; a local Ray if not given.
    """
    changes = forms.benchmark_changes(
        load_params(store.PARAMS).benchmark,
        methods=methods,
        datasets=datasets,
        repetitions=repetitions.model_dump(),
    )
    _experiment("benchmark", changes, report=report, workers=workers, ray_address=ray_address)


def _experiment(stage: str, changes: list[str], *, report: bool, **where: Any) -> None:
    """Run up to a stage, or to the report, and show what the changes made of the metrics."""
    if not changes:
        raise ValueError(
            f"{stage} needs a parameter that differs from params.yaml, got none; "
            "the deployment `reproduce` runs the study as it is"
        )
    check_changes(changes)
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
