"""What a run lacks, and where it is said."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from dvc.utils.serialize import loads_yaml
from matplotlib.figure import Figure

from flows.reporting.captioned import Captioned
from flows.reporting.figures import write_figures
from flows.reporting.results import MissingResult, Results
from flows.stages.report import mark_partial
from topo.scores import SCORES, Hyperparameters, ScoreRow, aggregate
from topo.table import describe_table1, table1, to_markdown, to_text
from topo.theory.rows import THEORY, TheoryRow

ROOT = Path(__file__).parents[3]
TRIALS = ["dataset", "method", "trial", "repetition", "hyperparameters", "objective"]
TRIALS += ["value", "status", "reason"]


def row(stage: str, status: str = "failed", **changed: object) -> ScoreRow:
    made = ScoreRow(
        stage=stage,
        dataset="spheres",
        draw=0,
        split=0,
        method="topoae",
        model_seed=0,
        seed=0,
        hyperparameters=Hyperparameters.of({"epochs": 20}),
        metric="rmse",
        dimension=None,
        scaling="raw",
        value=1.0 if status == "ok" else math.nan,
        status=status,
        reason="" if status == "ok" else "diverged",
    )
    return made._replace(**changed)


def number() -> TheoryRow:
    return TheoryRow("figure_4", "", "loss_x_to_z", 0, 0, 0, 1.0, "ok", "")


def results(
    *,
    benchmark: list[ScoreRow] | None = None,
    second_best: list[ScoreRow] | None = None,
    sweep: list[ScoreRow] | None = None,
    loops: list[ScoreRow] | None = None,
    theory: list[TheoryRow] | None = None,
    questions: list[TheoryRow] | None = None,
    trials: list[tuple] | None = None,
) -> Results:
    return Results(
        benchmark=SCORES.frame(benchmark or [row("benchmark", "ok")]),
        second_best=SCORES.frame(second_best or []),
        sweep=SCORES.frame(sweep or [row("sweep", "ok")]),
        loops=SCORES.frame(loops or [row("loops", "ok")]),
        theory=THEORY.frame(theory or [number()]),
        questions=THEORY.frame(questions or [number()]),
        trials=pd.DataFrame(trials or [], columns=TRIALS),
        candidates=pd.DataFrame(),
        choices=pd.DataFrame(),
        gains=pd.DataFrame(),
        embeddings={},
        datasets={},
    )


def test_whole_results_lack_nothing() -> None:
    assert results().missing == ()


def test_further_model_seed_is_named_in_every_table() -> None:
    found = results(benchmark=[row("benchmark", "ok"), row("benchmark", model_seed=2)])
    sentence = "Stage benchmark: SPHERES, TopoAE, split 0, model seed 2 failed (diverged)."
    assert found.missing == (sentence,)
    table = table1(aggregate(found.benchmark))
    # No cell of the table lacks anything.
    assert "partial" not in to_text(describe_table1(table))
    described = describe_table1(table, found.missing)
    for text in (to_text(described), to_markdown(described)):
        assert text.splitlines()[0].endswith("Table 1, partial")
        assert f"- {sentence}" in text


def test_many_failures_of_one_cause_are_said_once() -> None:
    found = results(
        benchmark=[row("benchmark"), row("benchmark", split=1), row("benchmark", draw=1)]
    )
    assert found.missing == (
        "Stage benchmark: SPHERES, TopoAE, split 0, model seed 0; split 1, model seed 0; draw 1, "
        "split 0, model seed 0 failed (diverged).",
    )


def test_failures_of_other_stages_are_named() -> None:
    trial = ("spheres", "tsne", 3, 0, Hyperparameters(), "kl_0.1", math.nan, "failed", "diverged")
    later = ("spheres", "tsne", -1, 2, Hyperparameters(), "kl_0.1", math.nan, "failed", "diverged")
    found = results(
        sweep=[row("sweep"), row("sweep", hyperparameters=Hyperparameters.of({"epochs": 100}))],
        loops=[row("loops", dataset="k4")],
        theory=[TheoryRow("figure_4", "", "", None, 0, 0, math.nan, "failed", "diverged")],
        questions=[
            TheoryRow("must_fail", "tsne", "", None, 0, 0, math.nan, "failed", "diverged"),
            TheoryRow("must_fail", "ae", "", None, 0, 0, math.nan, "unavailable", "mnist: no"),
        ],
        trials=[trial, later],
    )
    assert found.missing == (
        'Stage sweep: SPHERES, TopoAE {"epochs":20}, split 0, model seed 0 failed (diverged).',
        'Stage sweep: SPHERES, TopoAE {"epochs":100}, split 0, model seed 0 failed (diverged).',
        "Stage loops: K4, TopoAE, split 0, model seed 0 failed (diverged).",
        "Stage theory: figure_4 failed (diverged).",
        "Stage questions: must_fail/tsne failed (diverged).",
        "Stage questions: must_fail/ae is unavailable (mnist: no).",
        "Stage tune: SPHERES, t-SNE, trial 3, the default, judged again (2) failed (diverged).",
    )


def test_unavailable_dataset_is_said_once() -> None:
    missing = row("benchmark", "unavailable", dataset="mnist", reason="on no mirror")
    found = results(benchmark=[row("benchmark", "ok"), missing])
    assert found.missing == ("MNIST is unavailable: on no mirror.",)
    text = to_text(describe_table1(table1(aggregate(found.benchmark)), found.missing))
    assert text.count("MNIST is unavailable: on no mirror") == 1


def test_figures_say_what_they_lack() -> None:
    lacks = [
        MissingResult("benchmark", "spheres_2x", "One unit failed."),
        MissingResult("sweep", "mnist", "Another failed."),
        MissingResult("theory", "", "Stage theory has no results yet."),
    ]
    names = ("figure-1", "embeddings-spheres", "embeddings-spheres-2x", "figure-8", "tuning")
    made = [Captioned(name, "Title", "Caption.", "", Figure(), pd.DataFrame()) for name in names]
    by_name = {each.name: (each.title, each.caption) for each in mark_partial(made, lacks)}
    assert by_name.pop("embeddings-spheres-2x") == ("Title, partial", "Caption. One unit failed.")
    assert set(by_name.values()) == {("Title", "Caption.")}


def test_figures_that_dvc_compares_have_a_folder_of_their_own(in_folder: Path) -> None:
    """DVC wants its outputs to be there, whatever there was to draw."""
    (plots,) = (
        each
        for each in loads_yaml((ROOT / "dvc.yaml").read_text())["plots"]
        if isinstance(each, str)
    )
    write_figures(iter([]))
    assert list(Path(plots).iterdir()) == []
    names = ("figure-1", "embeddings-spheres", "figure-8")
    made = [Captioned(name, "", "", "", Figure(), pd.DataFrame({"x": [1]})) for name in names]
    write_figures(iter(made))
    compared = {path.name: path.read_bytes() for path in Path(plots).iterdir()}
    figures = Path("results/report/figures")
    assert compared == {
        "SPHERES as each method draws it.png": (figures / "embeddings-spheres.png").read_bytes(),
        "Figure 8, t-SNE from small to large perplexities.png": (
            figures / "figure-8.png"
        ).read_bytes(),
    }
