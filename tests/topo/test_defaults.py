from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from topo.datasets.file import File
from topo.defaults import TableFacts, study_params
from topo.params import Params, parse_params, read_params
from topo.plan import plan_defaults, plan_stability

USUAL = read_params(Path(__file__).parents[2] / "params.yaml")
DATASET = {key: value for key, value in File.small.items() if key != "n_rows"} | {"kind": "file"}


def params(n_rows: int, *, classes: bool = True, outer: bool = False, **more: Any) -> Params:
    return parse_params(given(n_rows, classes=classes, outer=outer, **more))


def given(n_rows: int, *, classes: bool = True, outer: bool = False, **more: Any) -> dict[str, Any]:
    facts = TableFacts(n_rows, classes, outer)
    return study_params(USUAL, "cells", DATASET, facts=facts, **more)


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("n_rows", [105, 106, 150, 178, 500, 1797, 3000, 10_000, 10**6])
def test_every_number_of_rows_gives_parameters_that_can_be_used(n_rows: int, quick: bool) -> None:
    found = params(n_rows, quick=quick)
    assert found.datasets["cells"].n_points == min(n_rows, 1000 if quick else 10_000)
    assert not found.is_of_paper


def test_neighbours_are_at_most_a_third_of_the_embedded_points() -> None:
    found = params(178)
    assert found.methods["tsne"].default.perplexity == 11
    assert found.tune.search["cells"]["tsne"]["perplexity"] == (5.0, 11.0)
    assert found.tune.search["cells"]["umap"]["n_neighbors"] == (5, 11)
    assert found.sweep.perplexities == (5, 10)
    large = params(10_000)
    assert large.tune.search["cells"]["umap"]["n_neighbors"] == (15, 500)


def test_networks_of_few_points_train_for_a_thousand_steps() -> None:
    for n_rows, batch, epochs in ((178, 16, 167), (3000, 128, 72), (10_000, 128, 22)):
        network = params(n_rows).methods["topoae"].default
        assert (network.batch_size, network.epochs) == (batch, epochs)


def test_metrics_that_need_what_is_not_there_are_left_out() -> None:
    without = params(500, classes=False)
    assert "knn_accuracy" not in without.benchmark.metrics
    assert "silhouette" not in without.sweep.metrics
    assert "nesting" not in params(500).benchmark.metrics
    assert "nesting" in params(500, outer=True).benchmark.metrics
    linear = params(500, methods=["umap"])
    assert "tsne_kl" not in linear.benchmark.metrics
    assert "kl_0.1" in linear.benchmark.metrics and "kl_raw_0.1" not in linear.benchmark.metrics
    assert "reconstruction_error" in linear.benchmark.metrics  # that of PCA


def test_controls_always_run_and_only_what_is_named_beside_them() -> None:
    found = params(500, methods=["umap", "pca", "topomap"])
    assert found.benchmark.methods == ("umap", "pca", "topomap", "random")
    assert set(found.tune.search["cells"]) == {"umap"}
    assert found.sweep.datasets == {} and found.sweep.epochs is None
    with pytest.raises(ValueError, match="describes no method umpa; it has tsne, "):
        params(500, methods=["umpa"])


def test_what_has_no_rule_is_as_in_params_yaml() -> None:
    found = given(500)
    for section in ("split", "sampling"):
        assert found[section] == USUAL[section]
    assert found["methods"]["ae"]["learning_rate"] == USUAL["methods"]["ae"]["learning_rate"]
    assert found["tune"]["n_trials"] == USUAL["tune"]["n_trials"]


def test_a_study_has_no_experiment_of_the_paper() -> None:
    assert params(500).theory.experiments == {}
    assert params(500).questions.experiments == {}
    assert params(500).loops.methods == params(500).loops.datasets == {}


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="got 104: add rows, or use"):
        params(104)


def test_a_file_is_none_of_the_papers_datasets_whatever_its_name() -> None:
    assert parse_params(USUAL).is_of_paper
    facts = TableFacts(500, True, False)
    assert not parse_params(study_params(USUAL, "spheres", DATASET, facts=facts)).is_of_paper


def test_names_in_a_file_may_look_like_numbers() -> None:
    names = {"label": "0.5", "columns": ["01", "nan"], "outer": "-1"}
    facts = TableFacts(500, True, True)
    found = parse_params(study_params(USUAL, "cells", DATASET | names, facts=facts))
    file = found.datasets["cells"]
    assert isinstance(file, File)
    assert (file.label, file.columns, file.outer) == ("0.5", ("01", "nan"), "-1")


def test_stability_and_what_tuning_gains_are_planned() -> None:
    found = params(500)
    draws = [job for job in plan_stability(found, {}) if job.method_name == "umap"]
    assert [(job.split, job.model_seed, job.variant) for job in draws] == [
        (0, k, f"draw {k}") for k in range(12)
    ]
    assert len({job.seed for job in draws}) == 12
    usual = [job for job in plan_defaults(found) if job.method_name == "tsne"]
    assert [job.split for job in usual] == list(range(10))
    assert {job.method.perplexity for job in usual} == {30.0}
    assert {job.method_name for job in plan_defaults(found)} == {"tsne", "umap", "topoae"}
