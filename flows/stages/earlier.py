"""What a stage needs of those before it where it is run by itself; under DVC the order is DVC's."""

from __future__ import annotations

import csv
import io
import json
import os

from flows import store
from flows.stage_list import SCORED, STAGES
from flows.versioning.dependencies import UNDER_DVC
from topo.datasets.mnist import PART_FILES, Mnist
from topo.params import Params


def stages_to_run_first(stage: str, params: Params) -> tuple[str, ...]:
    """Return the stages whose results a stage reads and which are missing or of other parameters.

    These are `fetch` and `prepare`, in this order, which take seconds. What `tune` has not found is
    no reason to start it, which would take much longer than what was asked for.

    Raises
    ------
    FileNotFoundError
        Where the stage needs hyperparameters that `tune` has not looked for.
    """
    if UNDER_DVC in os.environ:
        return ()
    if stage == "benchmark":
        _require_studies(params)
    if stage == "report":
        return () if _has_data_of_results() else ("fetch", "prepare")
    if "prepare" in STAGES[stage].reads and not _is_prepared(params):
        return ("fetch", "prepare")
    if stage == "prepare" and not _is_fetched(params):
        return ("fetch",)
    return ()


def _is_prepared(params: Params) -> bool:
    if not (store.PREPARED_FROM.exists() and (store.PREPARED / "unavailable.json").exists()):
        return False
    prepared_from = json.loads(store.PREPARED_FROM.read_text())
    unavailable = store.read_unavailable()
    return all(
        prepared_from.get(name) == dataset.made_from and store.prepared_file(name).exists()
        for name, dataset in params.datasets.items()
        if name not in unavailable
    )


def _has_data_of_results() -> bool:
    """Whether every dataset is there whose embeddings the report shows."""
    shown = {path.stem for stage in SCORED for path in STAGES[stage].folder.glob("*.npz")}
    return all(store.prepared_file(name).exists() for name in shown)


def _is_fetched(params: Params) -> bool:
    path = store.RAW / "unavailable.json"
    if not path.exists():
        return False
    unavailable = json.loads(path.read_text())
    return all(
        name in unavailable
        or not isinstance(dataset, Mnist)
        or all((store.RAW / "mnist" / file).exists() for file in PART_FILES[dataset.images])
        for name, dataset in params.datasets.items()
    )


def _require_studies(params: Params) -> None:
    """Refuse a benchmark that would take the values of params.yaml for those that are tuned."""
    path = store.TRIALS
    with path.open(newline="") if path.exists() else io.StringIO() as file:
        tried = {(row["dataset"], row["method"]) for row in csv.DictReader(file)}
    for dataset, method in params.benchmark.uses():
        searched = params.tune.takes_from.get(dataset, dataset)
        if method in params.tune.search.get(searched, {}) and (searched, method) not in tried:
            raise FileNotFoundError(
                f"{path} has no study of {method} on {searched}, which tune.search "
                "asks for: run `python -m flows tune` (or `reproduce`) first"
            )
