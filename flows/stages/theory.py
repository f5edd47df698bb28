"""Stage `theory`: what the paper states outside its table, computed into a table of its own."""

from __future__ import annotations

import asyncio

from prefect import flow

from flows import store
from flows.running.durations import PlannedUnit
from flows.running.experiments import experiment_rows
from flows.running.parameters import params_of_run
from flows.running.progress import show_progress
from flows.running.provenance import end_stage
from tasks.cache import UnitCache
from tasks.fanout import FanOut
from tasks.theory import compute_experiment
from tasks.unit import Unit
from topo.seeding import derive_seed
from topo.theory.base import Experiment
from topo.theory.rows import THEORY


@flow(name="theory")
async def theory(time_limit: float | None = None) -> None:
    """Run every experiment and write ``results/theory``.

    Raises
    ------
    UnitsFailedError
        Where experiments failed; the table has their reasons.
    """
    stage = params_of_run().theory
    store.require_writable(store.THEORY, store.UNITS)
    fanout = FanOut(UnitCache(store.UNITS), stage="theory", time_limit=time_limit)
    seeds = {name: derive_seed("theory", stage.seed, name) for name in stage.experiments}
    units = {
        name: _experiment_unit(name, experiment, seeds[name])
        for name, experiment in stage.experiments.items()
    }
    planned = [[PlannedUnit(unit.name, unit.cost)] for unit in units.values()]
    async with show_progress(fanout, planned):
        outcomes = await asyncio.gather(*(fanout.run(unit) for unit in units.values()))
    rows = [
        row
        for name, outcome in zip(stage.experiments, outcomes, strict=True)
        for row in experiment_rows(name, seeds[name], outcome)
    ]
    store.write_text(store.THEORY / "scores.csv", THEORY.csv(THEORY.frame(rows)))
    end_stage("theory", outcomes)


def _experiment_unit(name: str, experiment: Experiment, seed: int) -> Unit:
    """Return the unit that runs an experiment; its values are lists in `TheoryValue`'s order."""
    kind = type(experiment)
    return Unit(
        name=name,
        function=compute_experiment,
        parameters={
            "experiment": f"{kind.__module__}:{kind.__qualname__}",
            "parameters": experiment.model_dump(mode="json"),
            "seed": seed,
        },
        inputs={},
        modules=(kind.__module__,),
        cost=experiment.cost(),
    )
