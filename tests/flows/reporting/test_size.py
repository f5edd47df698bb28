"""How large the page of the study is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from flows.reporting.inputs import coarse_pictures
from flows.reporting.page import explored
from topo.params import Params, load_params
from topo.plan import Job, plan_benchmark, plan_loops, plan_replay, plan_sweep
from topo.report import ReportEmbedding, ReportInput
from topo.report.arrays import pictures
from topo.report.explorer import explorer_data
from topo.scores import SCORES, Hyperparameters
from topo.splits import split_sizes

ROOT = Path(__file__).parents[3]
MOST = 12e6
#: Scores of one embedding; the figures, findings, tables and scripts; pictures of the questions.
SCORES_OF_ONE, ALL_BUT_THE_EXPLORER, QUESTIONS = 1500, 2.5e6, 1e6


def places(params: Params) -> pd.DataFrame:
    """A row for every embedding of the study that the explorer has."""
    jobs: list[Job] = [
        *plan_benchmark(params, {}), *plan_sweep(params), *plan_replay(params), *plan_loops(params),
    ]  # fmt: skip
    return explored(pd.DataFrame([(job.dataset, job.draw, job.split) for job in jobs],
                                 columns=["dataset", "draw", "split"]))  # fmt: skip


def bytes_of(n_points: int) -> tuple[int, int]:
    """Bytes of an input, and of an embedding, of so many points."""
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(n_points, 5)), rng.integers(10, size=n_points)
    side = ReportInput("spheres", 0, 0, labels, np.ones(n_points - 1), None, points=X)
    embeddings = [
        ReportEmbedding(
            *("benchmark", "spheres", "ae", 0, 0, seed, Hyperparameters.of({})),
            *(rng.normal(size=(n_points, 2)), np.ones(n_points - 1)),
            scored=False,
        )
        for seed in (0, 1)
    ]
    data = explorer_data([side], embeddings, SCORES.frame([]))
    return len(json.dumps(data["inputs"])), len(json.dumps(data["items"])) // 2


def sizes(params: Params) -> Iterator[float]:
    """Bytes of each input and each embedding of the explorer."""
    (few_in, few_out), (many_in, many_out) = bytes_of(100), bytes_of(300)
    shown = places(params)
    for name, on_dataset in shown.groupby("dataset"):
        dataset = params.datasets[str(name)]
        # The stage `loops` draws all points.
        n_test = split_sizes(dataset.n_points, params.split.fractions)[2]
        n = dataset.n_points if name in params.loops.datasets else n_test
        one_more = (many_in - few_in) / 200, (many_out - few_out) / 200
        n_inputs = len(on_dataset.drop_duplicates())
        yield n_inputs * (few_in + one_more[0] * n)
        yield len(on_dataset) * (few_out + one_more[1] * n + SCORES_OF_ONE)
        if dataset.image_shape:
            images = coarse_pictures(np.eye(1, np.prod(dataset.image_shape)), dataset.image_shape)
            assert images is not None
            yield n_inputs * n * len(pictures(images)["pixels"])


def test_page_of_the_study_stays_below_its_limit() -> None:
    explorer = sum(sizes(load_params(ROOT / "params.yaml")))
    assert 3e6 < explorer < MOST - ALL_BUT_THE_EXPLORER - QUESTIONS
