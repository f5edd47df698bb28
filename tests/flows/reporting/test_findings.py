"""The findings say what the tables say, and nothing where a table is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flows.reporting.findings import _in_order, draw_findings
from flows.reporting.loss_cost import find_cost
from flows.reporting.results import Results
from flows.running.embeddings import StoredEmbedding
from tests.flows.reporting.test_results import TRIALS
from topo.datasets.base import LabelledPoints
from topo.report import ReportFinding
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.statements import Evidence
from topo.statements.verdicts import Firmness, FirmnessWord, Judged, JudgedConclusion, Outcome
from topo.theory.rows import THEORY, TheoryRow

CHOICES = ["dataset", "method", "gain", "half_width", "n"]
NONE = Hyperparameters()
LABELS = np.repeat([0, 1], 20).astype(np.int64)
NESTING = {"tsne": 0.1, "umap": 0.0, "ae": 0.2, "topoae": 0.4}
ERROR = {"ae": 2.0, "topoae": 2.5}


def row(stage: str, method: str, split: int, metric: str, value: float, **more: Any) -> ScoreRow:
    places = {"hyperparameters": NONE, "dimension": None, "scaling": "raw"} | more
    return ScoreRow(
        stage=stage, dataset="spheres", draw=split, split=split, method=method, model_seed=0,
        seed=1, metric=metric, value=value, status="ok", reason="", **places,
    )  # fmt: skip


def benchmark() -> pd.DataFrame:
    noise = (-0.01, 0.0, 0.01)
    rows = [
        row("benchmark", method, split, "nesting", nesting + noise[split])
        for (method, nesting), split in product(NESTING.items(), range(3))
    ]
    rows += [
        row("benchmark", method, split, metric, value + noise[split])
        for (method, value), split in product(ERROR.items(), range(3))
        for metric in ("reconstruction_error", "trustworthiness", "rmse")
    ]
    return SCORES.frame(rows)


def sweep(rise: float) -> pd.DataFrame:
    rows = []
    for perplexity, split in product((5.0, 50.0, 750.0), range(3)):
        at = {"hyperparameters": Hyperparameters.of({"perplexity": perplexity})}
        share, noise = math.log(perplexity / 5) / math.log(150), split / 100
        rows.append(row("sweep", "tsne", split, "nesting", 0.05 + 0.9 * share**4 + noise, **at))
        for scaling, value in (
            ("raw", 100 - 9 * share),
            ("sum", 1 + rise * share),
            ("empty", 90.0),
        ):
            more = at | {"dimension": 0, "scaling": scaling}
            rows.append(row("sweep", "tsne", split, "sliced_wasserstein", value + noise**2, **more))
    return SCORES.frame(rows)


def kept(method: str, variant: str = "", **hyperparameters: float) -> StoredEmbedding:
    points = np.random.default_rng(0).normal(size=(40, 2))
    diagram = np.zeros((39, 2))
    chosen = Hyperparameters.of(hyperparameters)
    return StoredEmbedding(method, variant, 0, 0, 0, chosen, points, diagram, diagram, LABELS)


def results(rise: float = 1.0) -> Results:
    trials = [
        ("spheres", "tsne", n, 0, Hyperparameters.of({"perplexity": p}), "kl_0.1", v, "ok", "")
        for n, (p, v) in enumerate([(5.0, 0.5), (30.0, 0.4), (40.0, 0.5)])
    ]
    return Results(
        benchmark=benchmark(),
        sweep=sweep(rise),
        loops=SCORES.frame([]),
        theory=THEORY.frame([]),
        questions=THEORY.frame([]),
        second_best=SCORES.frame([]),
        trials=pd.DataFrame(trials, columns=TRIALS),
        candidates=pd.DataFrame(),
        choices=pd.DataFrame([("spheres", "tsne", 0.02, 0.03, 5)], columns=CHOICES),
        gains=pd.DataFrame(),
        embeddings={
            ("benchmark", "spheres"): [kept(method) for method in NESTING],
            ("sweep", "spheres"): [kept("tsne", str(p), perplexity=p) for p in (5.0, 50.0, 750.0)],
        },
        datasets={"spheres": LabelledPoints(np.zeros((40, 3), np.float32), LABELS, 1)},
    )


def conclusion(name: str, outcome: Outcome, word: FirmnessWord, *readings: str) -> JudgedConclusion:
    firmness = Firmness(word)
    judged = tuple(Judged(each, "A.", "B.", "holds", "C.", {}, firmness) for each in readings)
    return JudgedConclusion(name, "Table 1", "4", "A quote", outcome, judged, firmness)


JUDGED = [
    conclusion("surrounded", "holds", "fragile", "topoae-encloses"),
    conclusion("at-750", "holds", "firm", "tsne-750-encloses"),
    conclusion("lowest", "does not hold", "firm"),
]


def found(
    given: Results, judged: Sequence[JudgedConclusion] = (), test_to_train: float = 1 / 3
) -> dict[str, str]:
    evidence = Evidence(given.benchmark, given.sweep, given.theory, test_to_train=test_to_train)
    findings = draw_findings(given, evidence, judged=judged)
    return {each.name: each.sentence for each in findings}


def test_findings_say_what_the_tables_say() -> None:
    told = found(results(), JUDGED)
    assert "become one ring around the inner ones" in told["finding-perplexity"]
    assert told["finding-scale"].startswith("No: here it falls by scale, not by shape.")
    assert told["finding-cost"].startswith(
        "Against AE, the same network without the topological loss, TopoAE is better by "
        "Trustworthiness on SPHERES; worse by all else."
    )
    assert "Reconstruction error +25.0" in told["finding-cost"]
    assert "MNIST" not in told["finding-cost"]
    assert "t-SNE on SPHERES 0.020 ± 0.030" in told["finding-tuning-gain"]
    assert told["finding-outcomes"].startswith(
        "Of 3 conclusions: holds 2 (1 of them firmly), does not hold 1 (1 of them firmly)."
    )


def test_who_encloses_is_said_by_the_intervals() -> None:
    told = found(results(), JUDGED)["finding-encloses"]
    assert told.startswith("Of the four as tuned none is shown to. That takes a nesting above 0.5;")
    numbers = "t-SNE 0.100 ± 0.025, UMAP 0.000 ± 0.025, AE 0.200 ± 0.025, TopoAE 0.400 ± 0.025"
    assert f"theirs is {numbers} (n = 3)." in told
    assert "t-SNE at perplexity 750 does: 0.960 ± 0.025 (n = 3)." in told
    assert "MMAE" not in told and "epochs" not in told
    assert told.endswith("Its verdict is fragile.")


def test_others_that_enclose_are_named_where_they_were_run() -> None:
    whole = results()
    more = [row("benchmark", "mmae", k, "nesting", 0.8 + k / 50) for k in (0, 1)]
    more += [row("benchmark", "topoae", 3, "nesting", 0.4)]
    trained = {"hyperparameters": Hyperparameters.of({"epochs": 100})}
    epochs = [row("sweep", "topoae", k, "nesting", 0.3 + k / 100, **trained) for k in range(3)]
    told = found(
        replace(
            whole,
            benchmark=pd.concat([whole.benchmark, SCORES.frame(more)], ignore_index=True),
            sweep=pd.concat([whole.sweep, SCORES.frame(epochs)], ignore_index=True),
        )
    )["finding-encloses"]
    assert "AE 0.200 ± 0.025 (n = 3), TopoAE 0.400 ± 0.013 (n = 4)" in told
    assert "TopoAE with 100 epochs does not: 0.310 ± 0.025 (n = 3)." in told
    assert "matches all distances, does: 0.81 ± 0.13 (n = 2)." in told


def test_one_of_the_four_that_encloses_is_named() -> None:
    whole = results()
    is_it = (whole.benchmark["method"] == "topoae") & (whole.benchmark["metric"] == "nesting")
    higher = whole.benchmark["value"].where(~is_it, whole.benchmark["value"] + 0.4)
    told = found(replace(whole, benchmark=whole.benchmark.assign(value=higher)))
    assert told["finding-encloses"].startswith("Of the four as tuned these are shown to: TopoAE. ")


@pytest.mark.parametrize(
    ("rise", "answer"),
    [
        (1.0, "No: here it falls by scale, not by shape."),
        (-1.0, "Here one may: it falls without scale too."),
        (0.0, "Not by itself: that it falls without scale too is not shown."),
    ],
)
def test_trust_in_a_falling_distance_hangs_on_its_shape(rise: float, answer: str) -> None:
    assert found(results(rise))["finding-scale"].startswith(answer)


def test_work_of_the_loss_is_told_where_it_was_counted() -> None:
    whole, quantity = results(), "share_of_products"
    shares = THEORY.frame(
        TheoryRow("large_scale", f"n=9/batch={size}", quantity, None, 0, 0, share, "ok", "")
        for size, share in ((128, 0.2), (1024, 0.667))
    )
    evidence = Evidence(whole.benchmark, questions=shares)
    _, finding = find_cost(whole, evidence)
    assert "the loss takes 20 % in batches of 128, 67 % in batches of 1,024." in finding.sentence
    assert "multiplications" not in found(whole)["finding-cost"]


def gained(*gains: float) -> str:
    rows = [
        ("spheres", method, gain, 0.01 if gain else 0.0, 5)
        for method, gain in zip(("tsne", "umap", "topoae"), gains, strict=False)
    ]
    return found(replace(results(), choices=pd.DataFrame(rows, columns=CHOICES)))[
        "finding-tuning-gain"
    ]


def test_gains_that_are_none_are_said_to_be_none() -> None:
    told = gained(0.004, 0.0)
    assert told.startswith("Nothing that can be told apart from nothing.")
    assert "Gains in KL, σ = 0.1: t-SNE on SPHERES 0.004 ± 0.010." in told
    assert told.endswith("The default was kept, a gain of exactly 0, for UMAP on SPHERES.")


def test_what_tuning_helped_and_harmed_is_named() -> None:
    told = gained(0.02, -0.02, 0.03)
    assert told.startswith(
        "It helped t-SNE on SPHERES; TopoAE on SPHERES. It did harm to UMAP on SPHERES."
    )
    assert "kept" not in told


def test_words_are_explained_by_the_first_finding_that_has_them() -> None:
    told = list(found(results()).values())
    for meaning in (
        "SPHERES is 1 small spheres inside",
        "Nesting tells how far",
        "Perplexity is about how many",
    ):
        assert sum(meaning in each for each in told) == 1
    first = next(each for each in told if "SPHERES" in each)
    assert "SPHERES is 1 small spheres inside a large outer one" in first
    assert "40 points in 3 dimensions; each picture has 40 of them." in first


def test_firmest_verdict_comes_first_and_what_rests_on_none_last() -> None:
    names = list(found(results(), JUDGED))
    assert names[:2] == ["finding-perplexity", "finding-encloses"]
    assert names[-2:] == ["finding-tuning-gain", "finding-outcomes"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["why", "cost", "perplexity", "scale"], ["cost", "perplexity", "why", "scale"]),
        (["perplexity", "cost", "why"], ["perplexity", "cost", "why"]),
        (["why", "cost"], ["why", "cost"]),
    ],
)
def test_what_builds_on_another_comes_after_it(before: list[str], after: list[str]) -> None:
    names = {"why": "finding-large-perplexity"}
    made = [ReportFinding(names.get(each, f"finding-{each}"), each, "", b"", "") for each in before]
    assert [each.question for each in _in_order(made)] == after


def test_of_equally_firm_ones_the_clearest_comes_first() -> None:
    names = list(found(results()))
    assert names.index("finding-encloses") < names.index("finding-cost")


def test_splits_of_the_same_points_have_wider_intervals_than_draws() -> None:
    whole = results()
    same = replace(whole, benchmark=whole.benchmark.assign(draw=0))
    drawn, split = found(whole)["finding-encloses"], found(same)["finding-encloses"]
    assert "t-SNE 0.100 ± 0.025" in drawn
    # sqrt((1/3 + 1/3) / (1/3)): the correction of Nadeau and Bengio.
    assert "t-SNE 0.100 ± 0.035" in split


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"sweep": SCORES.frame([])}, {"finding-perplexity", "finding-scale"}),
        ({"benchmark": SCORES.frame([])}, {"finding-encloses", "finding-cost"}),
        ({"choices": pd.DataFrame()}, {"finding-tuning-gain"}),
        ({"embeddings": {}}, {"finding-encloses", "finding-perplexity"}),
    ],
)
def test_what_is_missing_leaves_its_findings_out(changes: dict[str, Any], lost: set[str]) -> None:
    whole, partial = found(results()), found(replace(results(), **changes))
    assert whole.keys() - partial.keys() == lost
