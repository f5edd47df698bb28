"""Every benchmark runs at its smallest size, and the page is made from what it found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.datasets import load_iris

from tests.bench import __main__ as command
from tests.bench.clouds import study
from tests.bench.measure import Goal, Side, compare, ratio_of
from tests.bench.metrics import CASES, REPORTED
from tests.bench.page import render
from tests.bench.registry import BENCHMARKS
from tests.bench.runs import scaled
from tests.bench.serial import main as run_serially
from tests.bench.size import Size
from topo.metrics import METRICS
from topo.params import load_params


@pytest.fixture(scope="module")
def results(ray_cluster) -> dict:
    return {name: command.measure(name, Size(smallest=True)) for name in BENCHMARKS}


def test_every_benchmark_finds_something_or_says_why_not(results) -> None:
    for name, section in results.items():
        assert section["ratios"] or section["skipped"], name
        assert all(0 < ratio["low"] <= ratio["ratio"] for ratio in section["ratios"]), name
    assert results["gpu"]["skipped"]


def test_page_and_figures_come_from_the_results(results, tmp_path: Path) -> None:
    *others, last = results
    (tmp_path / "results.json").write_text(json.dumps({name: results[name] for name in others}))
    command.keep(last, results[last], tmp_path)
    page = (tmp_path / "RESULTS.md").read_text()
    for section in json.loads((tmp_path / "results.json").read_text()).values():
        assert f"## {section['title']}\n" in page
        assert all(f"| {goal['what']} | {goal['sign']}" in page for goal in section["goals"])
    drawn = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert {"loss-ratios.png", "suite-parts.png", "whole-use.png", "growth-growth.png"} <= set(
        drawn
    )
    assert all(f"(figures/{name})" in page for name in drawn)


def test_a_missed_goal_is_explained() -> None:
    missed = Goal("loss", "≥", 40, 12.3456, "×", "trees take 61 %")
    met = Goal("unit", "≤", 10, 3.0, "ms", "nothing")
    goals = [{**goal._asdict(), "met": goal.met} for goal in (missed, met)]
    section = {
        **{"title": "T", "about": "A", "goals": goals, "ratios": [], "numbers": []},
        **{"skipped": ["no GPU"], "date": "today", "machine": "M", "seconds": 1, "load": [0.5, 1]},
    }
    page = render({"loss": section}, {}, ["whole"])
    assert "- Not measured on this page: whole." in page
    assert "| loss | ≥ 40 × | 12.3 × | **no** |" in page
    assert "- loss: trees take 61 %." in page
    assert "| unit | ≤ 10 ms | 3 ms | yes |" in page and "nothing" not in page
    assert "- no GPU" in page


def test_sides_take_turns_and_the_first_call_does_not_count() -> None:
    calls = []
    compare("x", Side("slow", lambda: calls.append("slow")), Side("fast", lambda: None), rounds=2)
    assert len(calls) > 3
    found = ratio_of("x", "slow", "fast", [3.0, 8.0, 5.0], [1.0, 2.0, 1.0])
    assert (found.ratio, found.low, found.high) == (4.0, 3.0, 5.0)


def test_every_metric_has_a_plain_counterpart() -> None:
    assert set(CASES) | set(REPORTED) == set(METRICS)


@pytest.mark.parametrize("scale", [0.01, 0.1, 0.5, 1.0])
def test_scaled_parameters_are_parameters(scale: float, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(scaled(scale)))
    params, whole = load_params(path), study()
    assert params.tune.n_trials == max(2, round(scale * whole["tune"]["n_trials"]))
    n_perplexities = len(whole["sweep"]["perplexities"])
    assert len(params.sweep.perplexities) == max(1, round(scale * n_perplexities))


def test_the_serial_script_runs_the_same_jobs(tmp_path: Path) -> None:
    X, y = load_iris(return_X_y=True)
    (tmp_path / "data/prepared").mkdir(parents=True)
    (tmp_path / "results/tune").mkdir(parents=True)
    np.savez(tmp_path / "data/prepared/iris.npz", X=X.astype(np.float32), y=y, outer=-1)
    trial = {"dataset": "iris", "method": "topoae", "trial": 0, "hyperparameters": '{"lam": 2.0}',
             "value": 0.5, "status": "ok"}  # fmt: skip
    pd.DataFrame([trial]).to_csv(tmp_path / "results/tune/trials.csv", index=False)
    net = {"hidden": [4], "epochs": 1, "batch_size": 32, "learning_rate": 0.01}
    params = {
        "methods": {"ae": net, "topoae": {**net, "lam": 1.0}, "pca": {}, "tsne": {"perplexity": 5}},
        "tune": {"takes_from": {}},
        "benchmark": {"datasets": ["iris"], "methods": ["ae", "topoae", "pca"], "repetitions": 1,
                      "extra_model_seeds": 1},
        "sweep": {"datasets": {"iris": {"repetitions": 1}}, "perplexities": [5],
                  "epochs": {"dataset": "iris", "values": [1], "repetitions": 1}},
    }  # fmt: skip
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    found = run_serially(tmp_path)
    # One trial; three methods and a second seed of two of them; one perplexity, one epoch count.
    assert found["n_embeddings"] == 1 + 5 + 2
    assert found["whole"] > 0 and found["training with our loss"] > 0


def test_list_names_them_all(capsys) -> None:
    assert command.main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(BENCHMARKS)
    with pytest.raises(ValueError, match="no benchmark is named speed: choose from loss, "):
        command.measure("speed", Size(smallest=True))
