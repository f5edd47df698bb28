"""Writes a file of every kind that DVC keeps, below the current folder; `test_bytes.py` runs it."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from flows import store
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding
from flows.stages import report
from flows.versioning.digests import write_digests
from tests.flows.reporting.test_results import TRIALS, number
from tests.topo.report.synthetic_report import synthetic_report
from topo.datasets.base import LabelledPoints
from topo.params import load_params
from topo.report import ReportContent
from topo.scores import SCORES, Hyperparameters
from topo.theory.rows import THEORY


def results(content: ReportContent) -> Results:
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
            labels=given.labels,
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
        theory=THEORY.frame([number()]),
        trials=pd.DataFrame(trials, columns=TRIALS),
        candidates=pd.DataFrame(),
        choices=pd.DataFrame(),
        gains=pd.DataFrame(),
        embeddings=embeddings,
        datasets={
            dataset: LabelledPoints(np.zeros((len(each.labels), 2)), each.labels, each.outer)
            for (dataset, *_), each in inputs.items()
        },
    )


def write() -> None:
    params = load_params(store.PARAMS)
    found = results(synthetic_report())
    for dataset, outer in found.outer.items():
        kept = found.embeddings["benchmark", dataset][0]
        store.write_dataset(dataset, LabelledPoints(kept.points, kept.labels, outer))
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
