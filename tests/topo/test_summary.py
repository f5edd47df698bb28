"""A run in few numbers and curves, on scores made up by hand."""

from __future__ import annotations

import pytest

from tests.topo.report.synthetic_report import VERDICTS
from topo.paper import paper_datasets
from topo.scores import SCORES, Hyperparameters, ScoreRow, aggregate
from topo.summary import (
    CURVE_COLUMNS,
    add_titles,
    headline,
    nested_means,
    sweep_curves,
    verdict_frame,
)
from topo.table import table1


def row(metric: str, value: float, **place: object) -> ScoreRow:
    made = ScoreRow(
        stage="sweep",
        dataset="spheres",
        draw=0,
        split=0,
        method="tsne",
        model_seed=0,
        seed=0,
        hyperparameters=Hyperparameters(),
        metric=metric,
        dimension=None,
        scaling="raw",
        value=value,
        status="ok",
        reason="",
    )
    return made._replace(**place)


def swept(metric: str, perplexity: float, *values: float, **place: object) -> list[ScoreRow]:
    at = Hyperparameters.of({"perplexity": perplexity})
    return [
        row(metric, value, split=split, hyperparameters=at, **place)
        for split, value in enumerate(values)
    ]


def diagram(scaling: str, dimension: int = 0) -> dict[str, object]:
    return {"dimension": dimension, "scaling": scaling}


SWEEP = SCORES.frame(
    [
        *swept("nesting", 750.0, 0.9, 1.0),
        *swept("nesting", 5.0, 0.1, 0.3),
        *swept("sliced_wasserstein", 5.0, 0.25, 0.75, **diagram("sum")),
        *swept("sliced_wasserstein", 750.0, 0.5, 1.0, **diagram("sum")),
        *swept("sliced_wasserstein", 750.0, 8.0, 9.0, **diagram("sum", dimension=1)),
        *swept("silhouette", 5.0, 0.5),
        *swept("kl_0.1", 750.0, 0.5, dataset="mnist"),
        row("nesting", 0.7, method="topoae", hyperparameters=Hyperparameters.of({"epochs": 20})),
        *swept("nesting", 5.0, float("nan"), dataset="digits", status="failed", reason="no memory"),
    ]
)

BENCHMARK = SCORES.frame(
    [
        row(metric, value, dataset=dataset, method=method, **place)
        for dataset in ("spheres", "digits")
        for method in ("topoae", "pca", "isomap")
        for metric, value, place in (
            ("kl_0.1", 0.25, {}),
            ("kl_1", 0.125, {}),
            ("nesting", 0.5, {}),
            ("sliced_wasserstein", 2.0, diagram("raw")),
            ("sliced_wasserstein", 0.75, diagram("sum")),
        )
    ]
)


def test_curves_are_means_and_ranges_in_order_of_perplexity() -> None:
    curves = sweep_curves(SWEEP)
    assert tuple(curves.columns) == CURVE_COLUMNS
    assert curves.to_dict("split")["data"] == [
        ["spheres", "nesting", "raw", 5.0, pytest.approx(0.2), 0.1, 0.3, 2],
        ["spheres", "nesting", "raw", 750.0, pytest.approx(0.95), 0.9, 1.0, 2],
        ["spheres", "sliced_wasserstein", "sum", 5.0, 0.5, 0.25, 0.75, 2],
        ["spheres", "sliced_wasserstein", "sum", 750.0, 0.75, 0.5, 1.0, 2],
        ["mnist", "kl_0.1", "raw", 750.0, 0.5, 0.5, 0.5, 1],
    ]


def test_headline_holds_every_dataset_without_controls() -> None:
    summary = headline(VERDICTS, aggregate(BENCHMARK), sweep_curves(SWEEP))
    outcomes = [each.outcome for each in VERDICTS]
    assert summary == {
        "verdicts": {
            outcome: outcomes.count(outcome)
            for outcome in ("holds", "holds in part", "does not hold", "not decidable")
        },
        **{
            dataset: {
                method: {"KL_0.1": 0.25, "nesting": 0.5, "d_SW/Σ": 0.75}
                for method in ("topoae", "isomap")
            }
            for dataset in ("spheres", "digits")
        },
        "sweep": {"spheres": {"nesting": pytest.approx(0.95), "d_SW/Σ": 0.75}},
    }


def test_plots_are_titled_in_words() -> None:
    curves = add_titles(sweep_curves(SWEEP))
    assert curves["panel"].unique().tolist() == [
        "SPHERES: Nesting",
        "SPHERES: d_SW/Σ",
        "MNIST: KL_0.1",
    ]
    table = add_titles(table1(aggregate(BENCHMARK)))
    assert {"TopoAE", "PCA", "isomap"} <= set(table["label"])
    assert "Digits: d_SW" in set(table["panel"])


def test_means_are_nested_by_dataset_method_and_metric() -> None:
    means = nested_means(table1(aggregate(BENCHMARK)))
    assert set(means) == {"spheres", "digits"}
    assert means["spheres"]["topoae"] == {
        "kl_0.1": 0.25,
        "kl_1": 0.125,
        "sliced_wasserstein": 2.0,
        "sliced_wasserstein (sum)": 0.75,
        "nesting": 0.5,
    }


def test_readings_are_laid_out_one_a_row() -> None:
    frame = verdict_frame(VERDICTS)
    readings = [reading for each in VERDICTS for reading in each.readings]
    assert frame["name"].tolist() == [each.name for each in readings]
    assert frame["outcome"].tolist() == [each.outcome for each in readings]
    assert frame["conclusion"].tolist()[:2] == ["first-or-second"] * 2
    assert frame.notna().all(axis=None)


def test_nothing_gives_nothing() -> None:
    nothing = SCORES.frame([])
    curves = sweep_curves(nothing)
    assert list(curves.columns) == list(CURVE_COLUMNS)
    assert curves.empty
    assert headline((), aggregate(nothing), curves) == {
        "verdicts": {"holds": 0, "holds in part": 0, "does not hold": 0, "not decidable": 0}
    }
    assert nested_means(table1(aggregate(nothing))) == {}
    no_verdicts = verdict_frame(())
    assert no_verdicts.empty
    assert list(no_verdicts.columns) == list(verdict_frame(VERDICTS).columns)


def test_the_paper_has_two_datasets() -> None:
    assert paper_datasets() == ("spheres", "mnist")
