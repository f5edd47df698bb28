"""Every benchmark runs at its smallest size, and the page is made from what it found."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dvc.utils.serialize import dumps_yaml
from sklearn.datasets import load_iris

from tests.bench import __main__ as command
from tests.bench import whole
from tests.bench.clouds import ROOT, plane, spheres, study
from tests.bench.gpu import beside_one_core
from tests.bench.measure import Goal, Section, Side, compare, ratio_of
from tests.bench.metrics import CASES, REPORTED, Case, Known, _comparison, _extrapolated
from tests.bench.page import render
from tests.bench.registry import BENCHMARKS
from tests.bench.runs import Run, checkout, scaled
from tests.bench.sampling import Trace, _stage_of, has_unit
from tests.bench.serial import main as run_serially
from tests.bench.serial import score_embedding
from tests.bench.size import Size
from topo.metrics import METRICS
from topo.params import load_params

#: Metrics that the serial script has under their own names.
SCORED = {
    *("kl_0.01", "kl_0.1", "kl_1", "kl_raw_0.01", "kl_raw_0.1", "kl_raw_1"),
    *("trustworthiness", "trustworthiness_k5", "continuity", "rmse", "distance_pearson"),
    *("bottleneck", "wasserstein_1", "wasserstein_2", "sliced_wasserstein"),
    *("knn_accuracy", "silhouette"),
}


@pytest.fixture(scope="module")
def results(ray_cluster) -> dict:
    found = {name: list(command.measure(name, Size(smallest=True))) for name in BENCHMARKS}
    # The whole run, which takes hours, is kept after each of its parts.
    assert len(found["whole"]) == 3
    assert "the serial script: not yet" in found["whole"][0]["skipped"]
    return {name: sections[-1] for name, sections in found.items()}


def test_a_device_is_measured_at_all_that_takes_one() -> None:
    # Where there is no GPU the processor takes its part, so that the benchmark is run at all.
    section = beside_one_core(Size(smallest=True), "cpu")
    cases = [ratio.case for ratio in section.ratios]
    for wanted in ("AE of SPHERES", "TopoAE of SPHERES", "distances, ranks", "neighbourhoods"):
        assert any(case.startswith(wanted) for case in cases), wanted


@pytest.mark.proof
def test_every_benchmark_finds_something_or_says_why_not(results) -> None:
    for name, section in results.items():
        assert section["ratios"] or section["skipped"] or section["goals"], name
        assert all(0 < ratio["low"] <= ratio["ratio"] for ratio in section["ratios"]), name


@pytest.mark.proof
def test_another_scale_stands_beside_the_default_one(results, tmp_path: Path) -> None:
    for size in (Size(scale=1.0), Size()):
        command.keep(command.kept_as("whole", size), results["whole"], tmp_path)
        command.keep(command.kept_as("loss", size), results["loss"], tmp_path)
    assert list(command.read(tmp_path)) == ["loss", "whole", "whole --scale 1"]
    page = (tmp_path / "RESULTS.md").read_text()
    assert "`python -m tests.bench whole --scale 1`" in page
    assert "whole" not in page.split("Not measured on this page:")[1].splitlines()[0]


@pytest.mark.proof
def test_page_and_figures_come_from_the_results(results, tmp_path: Path) -> None:
    *others, last = results
    (tmp_path / "results.json").write_text(json.dumps({name: results[name] for name in others}))
    command.keep(last, results[last], tmp_path)
    page = (tmp_path / "RESULTS.md").read_text()
    for section in json.loads((tmp_path / "results.json").read_text()).values():
        assert f"## {section['title']}\n" in page
        assert all(f"| {goal['what']} | {goal['sign']}" in page for goal in section["goals"])
    drawn = sorted(path.name for path in (tmp_path / "figures").iterdir())
    expected = {"loss-ratios.png", "suite-parts.png", "whole-use.png", "growth-growth.png"}
    assert expected <= set(drawn)
    assert all(f"(figures/{name})" in page for name in drawn)


@pytest.mark.proof
def test_goals_of_the_whole_run_are_set(results) -> None:
    goals = {goal["what"].partition(",")[0] for goal in results["whole"]["goals"]}
    assert goals == {"orchestration", "run of the study at scale 0.1"}
    section, trace = Section("T", "A"), Trace(times=[0.0], cores=[2.0])
    trace.at_work, trace.stages = [2, 1, 0, 2, 2], ["tune", "tune", "tune", "tune", ""]
    trace.times, trace.cores = [0.5 * look for look in range(5)], [2.0, 1.0, 0.5, 1.5, 2.0]
    whole._add_goals(section, Run(600.0, None, trace, ""), 3000, 0.001, Size(scale=1.0))
    measured = {goal.what.partition(",")[0]: goal.measured for goal in section.goals}
    assert measured == {
        "the whole run": 10.0,
        # Of four looks, from the first unit of the stage to its last, two workers each.
        "workers at work while units of a stage remain": 100 * 5 / 8,
        "orchestration": 0.5,
    }


def test_looks_tell_units_and_stages_from_command_lines() -> None:
    assert has_unit(["ray::spheres/tsne/split 0/embed"]) and not has_unit(["ray::IDLE"])
    assert _stage_of(["python", "-m", "flows", "tune"]) == "tune"
    assert _stage_of(["python", "-m", "flows", "reproduce", "--workers", "2"]) == ""
    assert _stage_of(["sh", "-c", "python -m flows tune"]) == _stage_of([]) == ""


def test_peak_memory_outlives_what_had_it() -> None:
    # In a process of its own: this one may have had more before.
    code = (
        "import numpy as np; from tests.bench.sampling import peak_memory; before = peak_memory(); "
        "np.ones(2**24); print(peak_memory() - before)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(answer.stdout) >= 100


def test_a_missed_goal_is_explained() -> None:
    missed = Goal("loss", "≥", 40, 12.3456, "×", "trees take 61 %", "one call: 21 ×")
    met = Goal("unit", "≤", 10, 3.0, "ms", "nothing")
    goals = [{**goal._asdict(), "met": goal.met} for goal in (missed, met)]
    section = {
        **{"title": "T", "about": "A", "goals": goals, "ratios": [], "numbers": []},
        **{"skipped": ["no GPU"], "date": "today", "machine": "M", "seconds": 1, "load": [0.5, 1]},
    }
    page = render({"loss": section}, {}, ["whole"])
    assert "- Not measured on this page: whole." in page
    assert "| loss | ≥ 40 × | 12.3 × | **no** |" in page
    assert "- loss: trees take 61 %. Tried: one call: 21 ×." in page
    assert "| unit | ≤ 10 ms | 3 ms | yes |" in page and "nothing" not in page
    assert "- no GPU" in page


def test_doubtful_sections_are_named_on_the_page() -> None:
    section = {
        **{"title": "T", "about": "A", "goals": [], "ratios": [], "numbers": [], "skipped": []},
        **{"date": "today", "machine": "M", "seconds": 1},
    }
    new = {"revision": "b", "committed": "2026-02-01T00:00:00+00:00", "load": [1.5, 9]}
    old = {"revision": "a", "committed": "2026-01-01T00:00:00+00:00", "load": [1.6, 0]}
    results = {"loss": section | old, "suite": section | new, "gpu": section | {"load": [0, 0]}}
    page = render(results, {})
    assert (
        "other work ran** (load average over 1.5 before the start), so less certain: loss." in page
    )
    assert "older code** than b, the newest on this page: loss, gpu." in page
    assert "Measured today at revision a with" in page and "at revision unknown with" in page


def test_kept_results_are_of_registered_benchmarks_and_make_the_page(tmp_path: Path) -> None:
    kept = command.FOLDER / "results.json"
    assert {command._benchmark(name) for name in json.loads(kept.read_text())} <= set(BENCHMARKS)
    (tmp_path / "results.json").write_bytes(kept.read_bytes())
    assert command.main(["--page", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "RESULTS.md").read_text() == (command.FOLDER / "RESULTS.md").read_text()


def test_extrapolated_plain_versions_are_labelled() -> None:
    case = Case(lambda c: time.sleep(0.01), lambda c: None, 3.0)
    ours, times = _extrapolated("m", case, _comparison(60), Known(30, 1.0, 0.1))
    assert ours.case == "m, n = 60: this project"
    assert times.case == "m, n = 60: plain loops slower, extrapolated from n = 30, at least"
    # n², though the case's own power is 3: the least that can be said.
    assert times.value == pytest.approx(4 / ours.value)


def test_sides_take_turns_and_the_first_call_does_not_count() -> None:
    calls = []
    compare("x", Side("slow", lambda: calls.append("slow")), Side("fast", lambda: None), rounds=2)
    assert len(calls) > 3
    found = ratio_of("x", "slow", "fast", [3.0, 8.0, 5.0], [1.0, 2.0, 1.0])
    assert (found.ratio, found.low, found.high) == (4.0, 3.0, 5.0)


def test_what_takes_long_is_called_once_after_a_tiny_run() -> None:
    calls: list[str] = []
    slow = Side("slow", lambda: calls.append("slow"), lambda: calls.append("tiny"))
    compare("x", slow, Side("fast", lambda: None), rounds=1)
    assert calls == ["tiny", "slow"]


def test_plain_counterparts_are_those_of_metrics() -> None:
    # Of a metric that is added no plain way may be known: RESULTS.md has those of these.
    assert set(CASES) | set(REPORTED) <= set(METRICS)


@pytest.mark.parametrize("scale", [0.01, 0.1, 0.5, 1.0])
def test_scaled_parameters_are_parameters(scale: float, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(dumps_yaml(scaled(scale)))
    params, whole = load_params(path), study()
    assert params.tune.n_trials == max(2, round(scale * whole["tune"]["n_trials"]))
    n_perplexities = len(whole["sweep"]["perplexities"])
    assert len(params.sweep.perplexities) == max(1, round(scale * n_perplexities))


def test_at_scale_1_it_is_the_study() -> None:
    assert scaled(1.0) == study()


def test_the_whole_run_does_not_start_without_its_images(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"t10k-images.* not found in .*: set MNIST_DIR"):
        next(whole.whole_run(Size(scale=1.0)))
    monkeypatch.delenv("MNIST_DIR")
    with checkout(scaled(0.1)) as made:
        assert made.environment["MNIST_DIR"].endswith("/data/raw/mnist")


@pytest.mark.parametrize("stage", ["benchmark", "sweep"])
def test_the_serial_script_scores_what_the_stage_asks(stage: str) -> None:
    data, names = spheres(60), study()[stage]["metrics"]
    found = score_embedding(data.X, plane(data), data.y, data.outer, names)
    sizes = range(10, 30, 10)
    expected = {name for name in names if name in SCORED} | {"outside", "area_ratio"}
    for name in ("trustworthiness", "continuity"):
        if name in names:
            expected = expected - {name} | {f"{name} {k}" for k in sizes}
    assert set(found) == expected


def test_the_serial_script_runs_the_same_jobs(tmp_path: Path) -> None:
    X, y = load_iris(return_X_y=True)
    (tmp_path / "data/prepared").mkdir(parents=True)
    (tmp_path / "results/tune").mkdir(parents=True)
    np.savez(tmp_path / "data/prepared/iris.npz", X=X.astype(np.float32), y=y, outer=-1)
    trial = {"dataset": "iris", "method": "topoae", "trial": 0, "repetition": 1,
             "hyperparameters": '{"lam": 2.0}', "value": 0.5, "status": "ok"}  # fmt: skip
    pd.DataFrame([trial]).to_csv(tmp_path / "results/tune/trials.csv", index=False)
    net = {"hidden": [4], "epochs": 1, "batch_size": 32, "learning_rate": 0.01}
    params = {
        "datasets": {"iris": {"kind": "iris"}},
        "methods": {"ae": net, "topoae": {**net, "lam": 1.0}, "pca": {}, "tsne": {"perplexity": 5}},
        "tune": {"takes_from": {}, "objective": "kl_0.1"},
        "benchmark": {"datasets": ["iris"], "methods": ["ae", "topoae", "pca"], "repetitions": 1,
                      "crossed": {"draws": 1, "splits": 1, "model_seeds": 2}, "second_best": 1,
                      "metrics": ["rmse", "bottleneck"]},
        "sweep": {"datasets": {"iris": {"repetitions": 1}}, "perplexities": [5],
                  "epochs": {"dataset": "iris", "values": [1], "repetitions": 1},
                  "metrics": ["trustworthiness"]},
    }  # fmt: skip
    (tmp_path / "params.yaml").write_text(dumps_yaml(params))
    found = run_serially(tmp_path)
    # One trial; three methods, a second seed of two of them, the second-best values of one; one
    # perplexity, one epoch count.
    assert found["n_embeddings"] == 1 + 5 + 1 + 2
    assert found["whole"] > 0 and found["training with our loss"] > 0


def test_list_names_them_all(capsys) -> None:
    assert command.main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(BENCHMARKS)
    with pytest.raises(ValueError, match="no benchmark is named speed: choose from parts, cov"):
        next(command.measure("speed", Size(smallest=True)))
