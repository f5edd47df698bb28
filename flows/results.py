"""What the earlier stages wrote, read back whole for the report; what is missing is said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flows import store
from flows.embeddings import KeptEmbedding, read_embeddings
from topo.names import dataset_title, method_title
from topo.scores import from_csv, score_frame


@dataclass(frozen=True, eq=False)
class Results:
    """Results of all stages.

    Attributes
    ----------
    benchmark, sweep, theory
        Score tables; empty where the stage has written none.
    trials
        Trials of the tuning; empty where there are none.
    embeddings
        By stage ("benchmark", "sweep") and dataset.
    outer
        The class that encloses all others, or None, by dataset.
    """

    benchmark: pd.DataFrame
    sweep: pd.DataFrame
    theory: pd.DataFrame
    trials: pd.DataFrame
    embeddings: dict[tuple[str, str], list[KeptEmbedding]]
    outer: dict[str, int | None]

    @property
    def missing(self) -> tuple[str, ...]:
        """One sentence for each thing that the run lacks, with the reason."""
        tables = {"benchmark": self.benchmark, "sweep": self.sweep, "theory": self.theory}
        sentences = [f"Stage {name} has no results yet." for name, t in tables.items() if t.empty]
        for name, table in tables.items():
            for status in ("unavailable", "failed"):
                sentences += _describe(name, table[table["status"] == status], status)
        return tuple(dict.fromkeys(sentences))


def _describe(stage: str, rows: pd.DataFrame, status: str) -> list[str]:
    if status == "unavailable":
        pairs = rows[["dataset", "reason"]].drop_duplicates()
        return [f"{dataset_title(each.dataset)}: {each.reason}." for each in pairs.itertuples()]
    units = rows[["dataset", "method", "split", "model_seed", "reason"]].drop_duplicates()
    return [
        f"Stage {stage}: {dataset_title(each.dataset)}, {method_title(each.method)}, "
        f"split {each.split}, model seed {each.model_seed} failed ({each.reason})."
        for each in units.itertuples()
    ]


def read_results() -> Results:
    """Read what there is in ``results``.

    Returns
    -------
    Results
        Of all stages, finished or not.
    """
    embeddings = {
        (folder.name, path.stem): read_embeddings(path)
        for folder in (store.BENCHMARK, store.SWEEP)
        for path in sorted(folder.glob("*.npz"))
    }
    names = dict.fromkeys(dataset for _, dataset in embeddings)
    trials = store.TUNE / "trials.csv"
    return Results(
        benchmark=_read_scores(store.BENCHMARK),
        sweep=_read_scores(store.SWEEP),
        theory=_read_scores(store.THEORY),
        trials=pd.read_csv(trials, keep_default_na=False, na_values={"value": [""]})
        if trials.exists()
        else pd.DataFrame(),
        embeddings=embeddings,
        outer={name: store.read_dataset(name).outer for name in names},
    )


def _read_scores(folder: Path) -> pd.DataFrame:
    path = folder / "scores.csv"
    return from_csv(path) if path.exists() else score_frame([])


def read_chosen() -> dict[str, dict[str, dict[str, float]]]:
    """Return the tuned hyperparameters by dataset and method."""
    chosen: dict[str, dict[str, dict[str, float]]] = json.loads(store.CHOSEN.read_text())
    return chosen
