"""Made-up content of a report, small or of the size of the whole study."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from topo.metrics import METRICS
from topo.report import (
    Provenance,
    ReportContent,
    ReportEmbedding,
    ReportFigure,
    ReportFinding,
    ReportInput,
)
from topo.scores import SCORES, Hyperparameters, ScoreRow, aggregate, spread
from topo.statements.verdicts import Firmness, Judged, JudgedConclusion
from topo.table import table1

#: Number of points, of inner classes, and whether there is an outer one.
DATASETS = {"spheres": (2000, 10, True), "mnist": (2000, 10, False), "digits": (360, 10, False)}
METHODS = ("tsne", "umap", "ae", "topoae", "pca", "random")
PERPLEXITIES = (5, 10, 20, 30, 50, 100, 200, 300, 400, 500, 600, 750)
NONE = Hyperparameters()
NO_FILE = "its files are in no folder & on no <mirror>"
#: Births and deaths of the digits' loops; the second one's cycle is known.
LOOPS, CYCLE = np.array([[1.0, 1.5], [1.0, 4.0]]), np.array([[0, 1], [1, 2], [2, 0]])
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636060606000000005000157a3a8c80000000049454e44ae426082"
)


def synthetic_report(
    *,
    share: float = 0.02,
    n_splits: int = 2,
    n_seeds: int = 2,
    missing: bool = True,
    figures: Sequence[ReportFigure] = (),
) -> ReportContent:
    """A report in which AE on the last split failed and a dataset is unavailable, if anything is.

    With `share` 1, 5 splits and 3 seeds it has the size of the whole study.
    """
    runs = list(_runs(share, n_splits, n_seeds))
    failed = [missing and run.method == "ae" and run.split == n_splits - 1 for run in runs]
    rows = [row for run, bad in zip(runs, failed, strict=True) for row in _rows(run, failed=bad)]
    benchmark = SCORES.frame([row for row in rows if row.stage == "benchmark"])
    return ReportContent(
        title="Topological Autoencoders, reproduced",
        summary="A made-up report: the numbers < & > in it mean nothing.",
        missing=(f"MNIST is unavailable: {NO_FILE}",) if missing else (),
        verdicts=VERDICTS,
        table=table1(aggregate(benchmark)),
        spreads=spread(benchmark),
        findings=FINDINGS,
        figures=tuple(figures)
        or (ReportFigure("figure-2", "Figure 2", "One pixel.", "A pixel.", PIXEL),),
        inputs=tuple(_input(name, split, share) for name in DATASETS for split in range(n_splits)),
        embeddings=tuple(run for run, bad in zip(runs, failed, strict=True) if not bad),
        scores=SCORES.frame([*rows, *(_unavailable() if missing else ())]),
        sweep=SCORES.frame([row for row in rows if row.stage == "sweep"]),
        provenance=Provenance(
            {"benchmark": "../provenance/benchmark.json", "sweep": "../provenance/sweep.json"},
            {name: f"{index:064x}" for index, name in enumerate(DATASETS)},
            {"datasets.spheres.n_inner": "10", "datasets.mnist.images": '"</script><script>"'},
        ),
        test_to_train=1 / 3,
    )


VERDICTS = (
    JudgedConclusion(
        name="first-or-second",
        theme="Table 1",
        place="4.2.1, Table 1",
        quote="consistently ranking either first or second",
        outcome="holds in part",
        readings=(
            Judged(
                name="topoae-first-or-second",
                claim="TopoAE is first or second in d_SW on SPHERES.",
                rule="Holds if its mean is first or second and the paired interval excludes 0.",
                outcome="holds",
                explanation="TopoAE is lower than UMAP by 40 ± 12 on 5 splits.",
                numbers={"difference": -40.0, "half width": 12.123456789},
                firmness=Firmness("fragile", ("one repetition left out",)),
            ),
            Judged(
                name="topoae-first-or-second-mnist",
                claim="TopoAE is first or second in d_SW on MNIST.",
                rule="Holds as it does on SPHERES.",
                outcome="not decidable",
                explanation="TopoAE minus UMAP is 3 ± 4.",
                numbers={},
            ),
        ),
        firmness=Firmness("fragile", ("one repetition left out",)),
    ),
    JudgedConclusion(
        name="lowest",
        theme="Table 1",
        place="4.2.1, Table 1",
        quote="the lowest RMSE on both datasets",
        outcome="does not hold",
        readings=(
            Judged(
                name="lowest-rmse",
                claim="TopoAE has the lowest RMSE on both datasets.",
                rule="Holds if it is lower than each other method.",
                outcome="does not hold",
                explanation="UMAP is lower by 3.1 ± 0.2 & more.",
                numbers={"difference": 3.1},
                firmness=Firmness("firm"),
            ),
        ),
        firmness=Firmness("firm"),
    ),
    JudgedConclusion(
        name="uniquely-captures",
        theme="Pictures",
        place="4.2.2, Figure 5",
        quote="TopoAE uniquely captures",
        outcome="not decidable",
        readings=(
            Judged(
                name="encloses",
                claim="TopoAE <alone> encloses the inner spheres.",
                rule="Holds if its nesting is above 0.5 and all others are below.",
                outcome="not decidable",
                explanation="There is only one repetition.",
                numbers={},
            ),
        ),
    ),
)


FINDINGS = (
    ReportFinding(
        name="finding-nested",
        question="Which <method> encloses?",
        sentence="TopoAE does, by 0.4 ± 0.2 & more.",
        image=PIXEL,
        description="A pixel.",
        verdict="encloses",
        figure="figure-2",
        view="dataset=SPHERES&left=PCA&right=UMAP",
    ),
    ReportFinding("finding-lost", "What is lost?", "All.", PIXEL, "A pixel.", verdict="nowhere"),
)


def _runs(share: float, n_splits: int, n_seeds: int) -> Iterator[ReportEmbedding]:
    for name, method in product(DATASETS, METHODS):
        for split, seed in [(s, 0) for s in range(n_splits)] + [(0, s) for s in range(1, n_seeds)]:
            yield _embedding("benchmark", name, method, split, seed, {}, share)
    for name, p, split in product(("spheres", "mnist"), PERPLEXITIES, range(min(n_splits, 3))):
        yield _embedding("sweep", name, "tsne", split, 0, {"perplexity": float(p)}, share)


def _embedding(
    stage: str,
    dataset: str,
    method: str,
    split: int,
    model_seed: int,
    hyperparameters: dict[str, float],
    share: float,
) -> ReportEmbedding:
    labels = _labels(dataset, share)
    perplexity = hyperparameters.get("perplexity", 0.0)
    size = 1 + 3 * METHODS.index(method) + perplexity / 50
    seed = split + 100 * METHODS.index(method) + int(perplexity)
    points = _points(labels, dataset, seed=seed) * size
    deaths = np.sort(np.random.default_rng(split).gamma(2, size / 9, len(labels) - 1))
    chosen = Hyperparameters.of(hyperparameters)
    run = ReportEmbedding(stage, dataset, method, 0, split, model_seed, chosen, points, deaths)
    return (
        replace(run, loops=LOOPS * size, carried=LOOPS[1:] * size) if dataset == "digits" else run
    )


def _labels(dataset: str, share: float) -> NDArray[np.int64]:
    n, n_inner, outer = DATASETS[dataset]
    n = max(20, int(n * share))
    inner = np.arange(n // 2 if outer else n) % n_inner
    labels: NDArray[np.int64] = np.concatenate([inner, np.full(n - len(inner), n_inner)])
    return labels


def _points(labels: NDArray[np.int64], dataset: str, *, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * math.pi, len(labels))
    centres = np.random.default_rng(seed + 1).normal(size=(11, 2))
    points = centres[labels] + rng.normal(scale=0.12, size=(len(labels), 2))
    if DATASETS[dataset][2]:
        ring = 4 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.1 * points
        points = np.where((labels == 10)[:, np.newaxis], ring, points)
    return points


def _input(dataset: str, split: int, share: float) -> ReportInput:
    labels = _labels(dataset, share)
    rng = np.random.default_rng(split)
    deaths = np.sort(rng.normal(20, 2, len(labels) - 1).clip(1))
    outer = 10 if DATASETS[dataset][2] else None
    side = ReportInput(dataset, 0, split, labels, deaths, outer)
    if dataset == "spheres":
        return replace(side, points=rng.normal(size=(len(labels), 5)) + 8 * np.eye(11, 5)[labels])
    if dataset == "mnist":
        images = rng.integers(4, size=(len(labels), 4, 4), dtype=np.uint8)
        return replace(side, images=images, licence="Nobody's.")
    return replace(side, loops=LOOPS, cycles={1: CYCLE})


def _rows(run: ReportEmbedding, *, failed: bool) -> Iterator[ScoreRow]:
    rng = np.random.default_rng(run.split + 7 * METHODS.index(run.method))
    for metrics in METRICS.values():
        for metric in metrics:
            # So far apart that repetitions tell the methods from each other.
            value = (
                (1 + METHODS.index(run.method))
                * rng.uniform(0.99, 1.01)
                * 10.0 ** (len(metric.name) % 8 - 4)
            )
            value = math.nan if failed else float(value)
            status = ("failed", "ran longer than its limit of 60 s") if failed else ("ok", "")
            yield ScoreRow(
                run.stage, run.dataset, run.draw, run.split, run.method, run.model_seed, 1,
                run.hyperparameters, metric.name, metric.dimension, metric.scaling, value, *status,
            )  # fmt: skip


def _unavailable() -> Iterator[ScoreRow]:
    for method in METHODS[:2]:
        yield ScoreRow(
            "benchmark", "spheres_2x", 0, 0, method, 0, 1, NONE, "rmse", None, "raw", math.nan,
            "unavailable", NO_FILE,
        )  # fmt: skip
