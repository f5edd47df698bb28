"""Writes a file of every kind that DVC keeps, below the current folder; `test_bytes.py` runs it."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows import store
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding
from flows.stages import report
from flows.versioning.digests import write_digests
from tests.flows.reporting.test_results import TRIALS, number
from tests.topo.report.synthetic_report import synthetic_report
from topo.datasets.base import LabelledPoints
from topo.params import Params, load_params
from topo.report import ReportContent
from topo.scores import SCORES, Hyperparameters
from topo.seeding import derive_seed
from topo.splits import stratified_split
from topo.theory.rows import THEORY


def make_datasets(content: ReportContent) -> dict[str, LabelledPoints]:
    """Datasets with as many test points of every class as the content's inputs."""
    made = {}
    for each in content.inputs:
        y = np.repeat(each.labels, 5)
        X = np.random.default_rng(0).normal(size=(len(y), 16)) + y[:, np.newaxis]
        made[each.dataset] = LabelledPoints(X.astype(np.float32), y, each.outer)
    return made


def test_labels(params: Params, name: str, data: LabelledPoints, split: int) -> NDArray[np.int64]:
    seed = derive_seed("split", params.split.seed, name, split)
    return data.y[stratified_split(data.y, params.split.fractions, seed=seed).test]


def results(content: ReportContent, params: Params, datasets: dict[str, LabelledPoints]) -> Results:
    inputs = {(each.dataset, each.draw, each.split): each for each in content.inputs}
    embeddings: dict[tuple[str, str], list[StoredEmbedding]] = {}
    for each in content.embeddings:
        given = inputs[each.dataset, each.draw, each.split]
        kept = StoredEmbedding(
            method=each.method,
            variant=each.hyperparameters.text,
            draw=each.draw,
            split=each.split,
            model_seed=each.model_seed,
            hyperparameters=each.hyperparameters,
            points=each.points,
            diagram=np.stack([np.zeros_like(each.deaths), each.deaths], axis=1),
            input_diagram=np.stack([np.zeros_like(given.deaths), given.deaths], axis=1),
            labels=test_labels(params, each.dataset, datasets[each.dataset], each.split),
        )
        embeddings.setdefault((each.stage, each.dataset), []).append(kept)
    by_stage = {name: rows for name, rows in content.scores.groupby("stage")}
    trials = [
        ("spheres", "tsne", n, 0, Hyperparameters.of({"perplexity": p}), "kl_0.1", v, "ok", "")
        for n, (p, v) in enumerate([(5.0, 0.5), (30.0, 1 / 3)])
    ]
    return Results(
        benchmark=SCORES.frame(by_stage["benchmark"].itertuples(index=False, name=None)),
        second_best=SCORES.frame([]),
        sweep=SCORES.frame(by_stage["sweep"].itertuples(index=False, name=None)),
        loops=SCORES.frame([]),
        theory=THEORY.frame([number()]),
        questions=THEORY.frame([]),
        trials=pd.DataFrame(trials, columns=TRIALS),
        candidates=pd.DataFrame(),
        choices=pd.DataFrame(),
        gains=pd.DataFrame(),
        embeddings=embeddings,
        datasets=datasets,
    )


def write() -> None:
    params = load_params(store.PARAMS)
    content = synthetic_report()
    datasets = make_datasets(content)
    found = results(content, params, datasets)
    for name, data in datasets.items():
        store.write_dataset(name, data)
    write_digests(params)
    store.write_text(store.SCORES, SCORES.csv(found.benchmark))
    store.write_text(store.THEORY / "scores.csv", THEORY.csv(found.theory))
    # The stage without what needs a server.
    report.read_results = lambda: found
    report.write_provenance = report.materialize_results = report._publish = lambda *_, **__: None
    report.get_run_logger = logging.getLogger
    report.report.fn()


if __name__ == "__main__":
    write()
