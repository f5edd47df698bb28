"""What the earlier stages wrote, read back whole for the report; what is missing is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from flows import store
from flows.running.embeddings import StoredEmbedding, read_embeddings
from flows.running.replay import Replayed, read_replays
from flows.stage_list import NUMBERS, SCORED, STAGES
from topo.datasets.base import LabelledPoints
from topo.names import dataset_title, method_title
from topo.scores import SCORES, parse_hyperparameters
from topo.theory.rows import THEORY


class MissingResult(NamedTuple):
    """Something that the run lacks.

    Attributes
    ----------
    stage, dataset
        Where it is missing; no dataset where a whole stage is.
    sentence
        What, and why.
    """

    stage: str
    dataset: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Results:
    """Results of all stages.

    Attributes
    ----------
    benchmark, second_best, sweep, loops
        Score tables; empty where the stage has written none.
    theory, questions
        Tables of the layout of `topo.theory.rows`, likewise.
    trials, candidates, choices, gains
        Of the tuning, see `flows.stages.tune`; empty where the stage has written none.
    embeddings
        By stage ("benchmark", "sweep", "loops") and dataset.
    datasets
        Prepared points by name, of what has embeddings.
    replays
        Looks at trainings by dataset.
    question_arrays
        What the stage `questions` has kept: by question, arrays by ``part/name``.
    written
        Stages that have written their table, were it without rows.
    """

    benchmark: pd.DataFrame
    second_best: pd.DataFrame
    sweep: pd.DataFrame
    loops: pd.DataFrame
    theory: pd.DataFrame
    questions: pd.DataFrame
    trials: pd.DataFrame
    candidates: pd.DataFrame
    choices: pd.DataFrame
    gains: pd.DataFrame
    embeddings: dict[tuple[str, str], list[StoredEmbedding]]
    datasets: dict[str, LabelledPoints]
    replays: Mapping[str, Sequence[Replayed]] = field(default_factory=dict)
    question_arrays: Mapping[str, Mapping[str, NDArray[Any]]] = field(default_factory=dict)
    written: frozenset[str] = frozenset()

    @property
    def outer(self) -> dict[str, int | None]:
        """The class that encloses all others, or None, by dataset."""
        return {name: data.outer for name, data in self.datasets.items()}

    def first(self, stage: str, dataset: str) -> list[StoredEmbedding]:
        """Embeddings of a stage's first repetition: draw, split and model seed 0."""
        kept = self.embeddings.get((stage, dataset), [])
        return [each for each in kept if (each.draw, each.split, each.model_seed) == (0, 0, 0)]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of scores and of numbers, by stage."""
        return {stage: getattr(self, stage) for stage in (*SCORED, *NUMBERS)}

    @property
    def missing_results(self) -> tuple[MissingResult, ...]:
        """All that the run lacks, whole stages first."""
        tables = self.tables
        # A stage that was asked for nothing has written a table without rows.
        empty = [name for name, table in tables.items() if table.empty and name not in self.written]
        found = [MissingResult(name, "", f"Stage {name} has no results yet.") for name in empty]
        for name in SCORED:
            status = tables[name]["status"]
            found += _unavailable(name, tables[name][status == "unavailable"])
            found += _failed(name, tables[name][status == "failed"], named=name == "sweep")
        found += _failed_replays(self.replays)
        again = self.second_best[self.second_best["status"] == "failed"]
        found += _failed("benchmark", again, named=True)
        for name in NUMBERS:
            found += _without_numbers(name, tables[name])
        if not self.trials.empty:
            found += _unavailable("tune", self.trials[self.trials["status"] == "unavailable"])
            found += _failed_trials(self.trials[self.trials["status"] == "failed"])
        return tuple(found)

    @property
    def missing(self) -> tuple[str, ...]:
        """One sentence for each thing that the run lacks, with the reason."""
        return tuple(dict.fromkeys(each.sentence for each in self.missing_results))


def _unavailable(stage: str, rows: pd.DataFrame) -> Iterator[MissingResult]:
    for each in rows[["dataset", "reason"]].drop_duplicates().itertuples():
        sentence = f"{dataset_title(each.dataset)} is unavailable: {each.reason}."
        yield MissingResult(stage, str(each.dataset), sentence)


def _failed(stage: str, rows: pd.DataFrame, *, named: bool = False) -> Iterator[MissingResult]:
    """Say what failed, with its hyperparameters where these tell jobs apart; a cause once."""
    jobs = ["dataset", "method", *(["hyperparameters"] if named else []), "reason"]
    failed = rows.drop_duplicates([*jobs, "hyperparameters", "draw", "split", "model_seed"])
    for _, group in failed.groupby(jobs, sort=False):
        first = group.iloc[0]
        name = f"{dataset_title(first['dataset'])}, {method_title(first['method'])}"
        name += f" {first['hyperparameters'].text}" if named else ""
        repetitions = "; ".join(
            map(_repetition, group["draw"], group["split"], group["model_seed"])
        )
        sentence = f"Stage {stage}: {name}, {repetitions} failed ({first['reason']})."
        yield MissingResult(stage, str(first["dataset"]), sentence)


def _repetition(draw: int, split: int, model_seed: int) -> str:
    name = f"split {split}, model seed {model_seed}"
    return f"draw {draw}, {name}" if draw else name


def _without_numbers(stage: str, table: pd.DataFrame) -> Iterator[MissingResult]:
    """Say which experiments, or parts of them, failed or had no dataset."""
    rows = table[table["status"] != "ok"]
    for each in rows[["experiment", "case", "status", "reason"]].itertuples():
        name = f"{each.experiment}/{each.case}".removesuffix("/")
        what = "failed" if each.status == "failed" else f"is {each.status}"
        yield MissingResult(stage, "", f"Stage {stage}: {name} {what} ({each.reason}).")


def _failed_replays(replays: Mapping[str, Sequence[Replayed]]) -> Iterator[MissingResult]:
    for dataset, replayed in replays.items():
        for each in replayed:
            if each.points is None:
                name = f"{dataset_title(dataset)}, {method_title(each.method)}"
                sentence = f"{name} after {each.hyperparameters.values['epochs']} epochs failed"
                yield MissingResult("sweep", dataset, f"Stage sweep: {sentence} ({each.reason}).")


def _failed_trials(rows: pd.DataFrame) -> Iterator[MissingResult]:
    # One cause makes many trials fail.
    for key, group in rows.groupby(["dataset", "method", "reason"]):
        dataset, method, reason = map(str, key)
        name = f"{dataset_title(dataset)}, {method_title(method)}"
        trials = ", ".join(map(_name, group["trial"], group["repetition"]))
        yield MissingResult("tune", dataset, f"Stage tune: {name}, {trials} failed ({reason}).")


def _name(trial: int, repetition: int) -> str:
    name = f"trial {trial}" if trial >= 0 else "the default"
    return f"{name}, judged again ({repetition})" if repetition else name


def read_results() -> Results:
    """Read what there is in ``results``, of all stages, finished or not."""
    embeddings = {
        (stage, path.stem): read_embeddings(path)
        for stage in SCORED
        for path in sorted(STAGES[stage].folder.glob("*.npz"))
    }
    names = dict.fromkeys(dataset for _, dataset in embeddings)
    datasets = {name: store.read_dataset(name) for name in names}
    return Results(
        **{stage: _read_scores(STAGES[stage].scores) for stage in SCORED},
        **{stage: _read_numbers(STAGES[stage].scores) for stage in NUMBERS},
        second_best=_read_scores(store.SECOND_BEST_SCORES),
        trials=_read_tuning(store.TRIALS),
        candidates=_read_tuning(store.CANDIDATES),
        choices=_read_tuning(store.CHOICES),
        gains=_read_tuning(store.GAINS),
        embeddings=embeddings,
        datasets=datasets,
        replays=read_replays(),
        question_arrays={
            path.stem: store.read_arrays(path) for path in sorted(store.QUESTIONS.glob("*.npz"))
        },
        written=frozenset(stage for stage in (*SCORED, *NUMBERS) if STAGES[stage].scores.exists()),
    )


def _read_tuning(path: Path) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame()
    numbers = ("value", "mean", "gain", "half_width", "difference", "difference_half_width")
    frame = pd.read_csv(path, keep_default_na=False, na_values={key: [""] for key in numbers})
    if "hyperparameters" in frame:
        frame["hyperparameters"] = parse_hyperparameters(frame["hyperparameters"])
    return frame


def _read_numbers(path: Path) -> pd.DataFrame:
    return THEORY.read(path) if path.exists() else THEORY.frame([])


def _read_scores(path: Path) -> pd.DataFrame:
    return SCORES.read(path) if path.exists() else SCORES.frame([])
