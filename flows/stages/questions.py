"""Stage `questions`: what the paper leaves open, put to the test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ray
from prefect import flow

from flows import store
from flows.running.durations import PlannedUnit, SideBySide
from flows.running.experiments import experiment_rows, row_without_number
from flows.running.parameters import params_of_run
from flows.running.progress import show_progress
from flows.running.provenance import end_stage
from tasks.cache import UnitCache
from tasks.fanout import FanOut, Outcome
from tasks.questions import DATASET, compute_part
from tasks.result import Result
from tasks.unit import Input, Unit, digest_array
from topo.datasets.base import LabelledPoints
from topo.params import QuestionsParams
from topo.questions.base import Findings, Part, Question, Rounds
from topo.seeding import derive_seed
from topo.theory.base import TheoryValue
from topo.theory.rows import THEORY, TheoryRow


@dataclass(frozen=True)
class Asked:
    """A question by its name, with its seed."""

    name: str
    question: Question
    seed: int


@dataclass(frozen=True)
class EndedPart:
    """A part of a question, and how its unit ended; None where a dataset could not be had."""

    asked: Asked
    name: str
    part: Part
    outcome: Outcome | None

    @property
    def result(self) -> Result | None:
        """What it has found."""
        return self.outcome.result if self.outcome else None


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
    asked = list(ask_questions(stage))
    fanout = FanOut(UnitCache(store.UNITS), stage="questions", time_limit=time_limit)
    data = _put_datasets(asked, unavailable)
    planned = [planned_units(each) for each in asked]
    async with show_progress(fanout, planned):
        answers = await asyncio.gather(
            *(answer(each, chain, data, fanout) for each, chain in zip(asked, planned, strict=True))
        )
    ended = [part for parts in answers for part in parts]
    rows = [row for each in ended for row in _rows(each, unavailable)]
    store.write_text(store.QUESTIONS / "scores.csv", THEORY.csv(THEORY.frame(rows)))
    _write_arrays(stage, ended)
    end_stage("questions", [each.outcome for each in ended if each.outcome is not None])


def ask_questions(stage: QuestionsParams) -> Iterator[Asked]:
    """Yield all questions."""
    for name, question in stage.experiments.items():
        yield Asked(name, question, derive_seed("questions", stage.seed, name))


def planned_units(asked: Asked) -> list[SideBySide]:
    """Return the units of a question: those of a round follow the rounds before."""
    return [
        SideBySide([PlannedUnit(f"{asked.name}/{name}", cost) for name, cost in costs.items()])
        for costs in asked.question.plan()
    ]


async def answer(
    asked: Asked, planned: Sequence[SideBySide], data: Mapping[str, Input], fanout: FanOut
) -> list[EndedPart]:
    """Run the parts of a question, round after round.

    Parameters
    ----------
    asked
        The question.
    planned
        Its units, round after round; of a round that begins those are kept that run.
    data
        Datasets by name; what needs another one does not run.
    fanout
        Runs the units.
    """
    rounds = asked.question.rounds(seed=asked.seed)
    ended: list[EndedPart] = []
    found: dict[str, Findings] | None = None  # as a generator begins
    # What comes next may take seconds to find: other questions go on meanwhile.
    steps = iter(planned)
    while (parts := await asyncio.to_thread(_next_round, rounds, found)) is not None:
        units = {
            name: _part_unit(asked, name, part, data)
            for name, part in parts.items()
            if data.keys() >= set(part.datasets)
        }
        next(steps).units = [PlannedUnit(each.name, each.cost) for each in units.values()]
        ran = await asyncio.gather(*map(fanout.run, units.values()))
        outcomes = dict(zip(units, ran, strict=True))
        now = [EndedPart(asked, name, part, outcomes.get(name)) for name, part in parts.items()]
        found = {each.name: _findings(each.result) for each in now if each.result is not None}
        ended += now
    return ended


def _next_round(rounds: Rounds, found: dict[str, Findings] | None) -> Mapping[str, Part] | None:
    try:
        # Only the first value that a generator is sent is None.
        return rounds.send(found)  # type: ignore[arg-type]
    except StopIteration:
        return None


def _findings(result: Result) -> Findings:
    return Findings([TheoryValue(*each) for each in result.values], result.arrays)


def _put_datasets(asked: Sequence[Asked], unavailable: Mapping[str, str]) -> dict[str, Input]:
    """Put every dataset that is there and that a question reads into the object store, once."""
    names = dict.fromkeys(name for each in asked for name in each.question.datasets)
    datasets = {name: store.read_dataset(name) for name in names if name not in unavailable}
    return {name: Input(ray.put(each), _digest(each)) for name, each in datasets.items()}


def _digest(data: LabelledPoints) -> str:
    return f"{digest_array(data.X)}{digest_array(data.y)}{data.outer}"


def _part_unit(asked: Asked, name: str, part: Part, data: Mapping[str, Input]) -> Unit:
    """Return the unit that computes a part; its values are lists in `TheoryValue`'s order."""
    kind = type(part)
    return Unit(
        name=f"{asked.name}/{name}",
        function=compute_part,
        parameters={
            "part": f"{kind.__module__}:{kind.__qualname__}",
            "parameters": part.model_dump(mode="json"),
            "seed": asked.seed,
        },
        inputs={f"{DATASET}{name}": data[name] for name in part.datasets},
        modules=(kind.__module__,),
        cost=part.cost(),
    )


def _rows(ended: EndedPart, unavailable: Mapping[str, str]) -> Iterator[TheoryRow]:
    name, seed = ended.asked.name, ended.asked.seed
    if ended.outcome is not None:
        yield from experiment_rows(name, seed, ended.outcome, part=ended.name)
        return
    missing = [each for each in ended.part.datasets if each in unavailable]
    reasons = "; ".join(f"{each}: {unavailable[each]}" for each in missing)
    yield row_without_number(name, seed, part=ended.name, status="unavailable", reason=reasons)


def _write_arrays(stage: QuestionsParams, ended: Sequence[EndedPart]) -> None:
    """Write the arrays of every question that has some; no file of an earlier run stays."""
    for stale in store.QUESTIONS.glob("*.npz"):
        stale.unlink()
    for name in stage.experiments:
        arrays = {
            f"{each.name}/{key}": array
            for each in ended
            if each.asked.name == name and each.result is not None
            for key, array in each.result.arrays.items()
        }
        if arrays:
            store.write_arrays(store.QUESTIONS / f"{name}.npz", **arrays)
