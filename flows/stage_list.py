"""The stages of the study, by name and in order: whatever names them all reads this list.

A new one is an entry here, its flow in ``flows/stages/NAME.py``, what it uses in
`flows.versioning.digests`, and its description in dvc.yaml. Where it writes a table, that is also a
field of `flows.reporting.results.Results`, and of `topo.statements.Evidence` to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from flows import store


class Stage(NamedTuple):
    """A stage, and what it makes of what.

    Attributes
    ----------
    name
        As commands, dvc.yaml and its module have it.
    purpose
        What it does, in a few words.
    folder
        Where it writes.
    reads
        Stages of which it reads all that they make.
    has_units
        Whether it runs units, or makes all by itself.
    layout
        Of its ``scores.csv``: "scores" as in `topo.scores`, "numbers" as in `topo.theory.rows`; ""
        where it writes none.
    tables
        What it makes for others where that is something else.
    """

    name: str
    purpose: str
    folder: Path
    reads: tuple[str, ...] = ()
    has_units: bool = True
    layout: Literal["scores", "numbers", ""] = ""
    tables: tuple[Path, ...] = ()

    @property
    def scores(self) -> Path:
        """Where its table is, if its layout is one."""
        return self.folder / "scores.csv"

    @property
    def made(self) -> tuple[Path, ...]:
        """What it makes for others, beside datasets."""
        return (self.scores,) if self.layout else self.tables


_BEFORE_REPORT = (
    Stage("fetch", "have the raw files that datasets need", store.RAW, has_units=False),
    Stage("prepare", "make or read every dataset", store.PREPARED, has_units=False),
    Stage(
        "tune",
        "find hyperparameters by Bayesian optimisation",
        store.TUNE,
        reads=("prepare",),
        tables=(store.TRIALS, store.CHOSEN),
    ),
    Stage(
        "benchmark",
        "run and score every method on every dataset",
        store.BENCHMARK,
        reads=("prepare", "tune"),
        layout="scores",
    ),
    Stage(
        "sweep",
        "run and score t-SNE from small to large perplexities",
        store.SWEEP,
        reads=("prepare",),
        layout="scores",
    ),
    Stage(
        "loops",
        "run and score losses that see loops, on data whose loops are known",
        store.LOOPS,
        reads=("prepare",),
        layout="scores",
    ),
    Stage(
        "theory",
        "compute what the paper states outside its table",
        store.THEORY,
        layout="numbers",
    ),
    Stage(
        "questions",
        "put to the test what the paper leaves open",
        store.QUESTIONS,
        reads=("prepare",),
        layout="numbers",
    ),
)
_REPORT = Stage(
    "report",
    "write Table 1 and the figures",
    store.REPORT,
    reads=tuple(each.name for each in _BEFORE_REPORT if each.name != "fetch"),
    has_units=False,
    tables=(store.REPORT / "table1.csv", store.REPORT / "report.html"),
)
STAGES: Mapping[str, Stage] = {each.name: each for each in (*_BEFORE_REPORT, _REPORT)}
#: Those that run units.
WITH_UNITS = tuple(name for name, stage in STAGES.items() if stage.has_units)
#: Those that write embeddings and a table of their scores.
SCORED = tuple(name for name, stage in STAGES.items() if stage.layout == "scores")
#: Those that write a table of numbers.
NUMBERS = tuple(name for name, stage in STAGES.items() if stage.layout == "numbers")
