"""Stage `questions`: what the paper leaves open, put to the test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ray
from prefect import flow

from flows import store
from flows.running.durations import PlannedUnit
from flows.running.experiments import experiment_rows, row_without_number
from flows.running.parameters import params_of_run
from flows.running.progress import show_progress
from flows.running.provenance import end_stage
from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from tasks.questions import DATASET, compute_part
from tasks.unit import Input, Unit, digest_array
from topo.datasets.base import LabelledPoints
from topo.params import QuestionsParams
from topo.questions.base import Part
from topo.seeding import derive_seed
from topo.theory.rows import THEORY, TheoryRow


@dataclass(frozen=True)
class PlannedPart:
    """A part of a question, by the names of both, with the question's seed."""

    question: str
    name: str
    part: Part
    seed: int

    @property
    def place(self) -> tuple[str, str]:
        """The names of the question and of the part."""
        return self.question, self.name


@flow(name="questions")
async def questions(time_limit: float | None = None) -> None:
    """Compute the parts of every question and write ``results/questions``.

    ``scores.csv`` has their numbers, a file for each question the arrays of its parts, by
    ``part/array``.

    Raises
    ------
    UnitsFailedError
        Where parts failed; the table has their reasons.
    """
    stage = params_of_run().questions
    store.require_writable(store.QUESTIONS, store.UNITS)
    unavailable = store.read_unavailable()
    planned = list(plan_parts(stage))
    there = [each for each in planned if not unavailable.keys() & set(each.part.datasets)]
    data = _put_datasets(there)
    units = [_part_unit(each, data) for each in there]
    fanout = FanOut(UnitCache(store.UNITS), stage="questions", time_limit=time_limit)
    async with show_progress(fanout, [[PlannedUnit(each.name, each.cost)] for each in units]):
        outcomes = await asyncio.gather(*map(fanout.run, units))
    ended = {each.place: outcome for each, outcome in zip(there, outcomes, strict=True)}
    rows = [row for each in planned for row in _rows(each, ended.get(each.place), unavailable)]
    store.write_text(store.QUESTIONS / "scores.csv", THEORY.csv(THEORY.frame(rows)))
    _write_arrays(stage, ended)
    end_stage("questions", outcomes)


def plan_parts(stage: QuestionsParams) -> Iterator[PlannedPart]:
    """Yield the parts of all questions."""
    for name, question in stage.experiments.items():
        seed = derive_seed("questions", stage.seed, name)
        for part_name, part in question.parts().items():
            yield PlannedPart(name, part_name, part, seed)


def _put_datasets(parts: list[PlannedPart]) -> dict[str, Input]:
    """Put every dataset that a part reads into the object store, once."""
    names = dict.fromkeys(name for each in parts for name in each.part.datasets)
    datasets = {name: store.read_dataset(name) for name in names}
    return {name: Input(ray.put(each), _digest(each)) for name, each in datasets.items()}


def _digest(data: LabelledPoints) -> str:
    return f"{digest_array(data.X)}{digest_array(data.y)}{data.outer}"


def _part_unit(planned: PlannedPart, data: Mapping[str, Input]) -> Unit:
    """Return the unit that computes a part; its values are lists in `TheoryValue`'s order."""
    kind = type(planned.part)
    return Unit(
        name=f"{planned.question}/{planned.name}",
        function=compute_part,
        parameters={
            "part": f"{kind.__module__}:{kind.__qualname__}",
            "parameters": planned.part.model_dump(mode="json"),
            "seed": planned.seed,
        },
        inputs={f"{DATASET}{name}": data[name] for name in planned.part.datasets},
        modules=(kind.__module__,),
        cost=planned.part.cost(),
    )


def _rows(
    planned: PlannedPart, outcome: Outcome | None, unavailable: Mapping[str, str]
) -> Iterator[TheoryRow]:
    if outcome is not None:
        yield from experiment_rows(planned.question, planned.seed, outcome, part=planned.name)
        return
    missing = [name for name in planned.part.datasets if name in unavailable]
    reasons = "; ".join(f"{name}: {unavailable[name]}" for name in missing)
    yield row_without_number(
        planned.question, planned.seed, part=planned.name, status="unavailable", reason=reasons
    )


def _write_arrays(stage: QuestionsParams, ended: Mapping[tuple[str, str], Outcome]) -> None:
    """Write the arrays of every question that has some; no file of an earlier run stays."""
    for stale in store.QUESTIONS.glob("*.npz"):
        stale.unlink()
    for name in stage.experiments:
        arrays = {
            f"{part}/{key}": array
            for (question, part), outcome in ended.items()
            if question == name and outcome.result is not None
            for key, array in outcome.result.arrays.items()
        }
        if arrays:
            store.write_arrays(store.QUESTIONS / f"{name}.npz", **arrays)
