"""The page about somebody's own data stays below 10 MiB, whatever the table."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from topo.datasets.file import MOST_CLASSES
from topo.defaults import FEWEST_ROWS, MOST_ROWS, TableFacts, study_params
from topo.figures import embedding_grid, png, stability_grid
from topo.files.contents import LONGEST_NAME
from topo.methods import METHODS
from topo.metrics import METRICS
from topo.params import read_params
from topo.report import ReportEmbedding, ReportInput
from topo.report.explorer import explorer_data
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.splits import Fractions, split_sizes
from topo.stability import Regions

MOST_BYTES = 10 * 2**20
#: Style, scripts, tables and text.
_FIXED = 2**20
#: Names of the longest kind, each of whose letters takes four bytes.
CLASSES = tuple(f"{i:03}" + "\N{BRAIN}" * (LONGEST_NAME - 3) for i in range(MOST_CLASSES))


def explorer_bytes(n: int, params: dict[str, Any]) -> int:
    """Size of what the explorer reads, of a study of all methods with n test points."""
    rng = np.random.default_rng(0)
    benchmark, sweep = params["benchmark"], params["sweep"]
    runs = [
        ("benchmark", method, split, {}, benchmark["metrics"])
        for method, split in product(benchmark["methods"], range(benchmark["repetitions"]))
    ] + [
        ("sweep", "tsne", split, {"perplexity": value}, sweep["metrics"])
        for value, split in product(sweep["perplexities"], range(2))
    ]
    embeddings, rows = [], []
    for stage, method, split, given, metrics in runs:
        place = (stage, "cells", method, 0, split, 0)
        chosen = Hyperparameters.of(given)
        embeddings.append(
            ReportEmbedding(*place, chosen, rng.normal(size=(n, 2)), rng.gamma(2, size=n - 1))
        )
        rows += [
            ScoreRow(stage, "cells", 0, split, method, 0, 1, chosen, metric, each.dimension,
                     each.scaling, float(rng.normal()), "ok", "")
            for metric in metrics for each in METRICS[metric]
        ]  # fmt: skip
    inputs = [
        ReportInput("cells", 0, split, np.zeros(n, np.int64), rng.gamma(2, size=n - 1), None,
                    CLASSES[:1], rng.normal(size=(n, 5)))
        for split in range(benchmark["repetitions"])
    ]  # fmt: skip
    return len(json.dumps(explorer_data(inputs, embeddings, SCORES.frame(rows)),
                          ensure_ascii=False, separators=(",", ":")).encode())  # fmt: skip


def figure_bytes(n: int, n_methods: int) -> int:
    """Size of the pictures in base64, from those of four methods."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % MOST_CLASSES
    points = {f"method {k}": rng.normal(size=(n, 2)) for k in range(4)}
    discs = {name: Regions(each, np.full(n, 0.3), 0.9, 0.9) for name, each in points.items()}
    drawn = (
        embedding_grid(points, labels, dataset="cells", outer=None),
        stability_grid(discs, labels, outer=None).figure,
    )
    return sum(len(png(each)) for each in drawn) * n_methods // 4 * 4 // 3


def test_page_of_the_largest_study_of_all_methods_stays_small() -> None:
    usual = read_params(Path("params.yaml"))
    methods = [name for name in METHODS if name in usual["methods"]]
    dataset = {"kind": "file", "path": "cells.csv"}
    params = study_params(
        usual, "cells", dataset, facts=TableFacts(10**6, True, True), methods=methods
    )
    _, _, n_test = split_sizes(MOST_ROWS, Fractions(**usual["split"]["fractions"]))
    assert FEWEST_ROWS < n_test == 2000
    # All that grows is as long as there are points, a number of bytes each; every split has the
    # names of the classes.
    few, more = (explorer_bytes(n, params) for n in (30, 60))
    explorer = few + (more - few) // 30 * (n_test - 30)
    names = params["benchmark"]["repetitions"] * len("".join(CLASSES).encode())
    assert explorer + names + figure_bytes(n_test, len(methods)) + _FIXED < MOST_BYTES
