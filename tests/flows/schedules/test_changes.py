from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

from flows.schedules.forms import benchmark_changes, sweep_changes
from flows.versioning.experiment import check_changes
from tests.manual import commands
from topo.params import Params, load_params

ROOT = Path(__file__).parents[3]
PARAMS = load_params(ROOT / "params.yaml")
SWEEP, BENCHMARK = PARAMS.sweep, PARAMS.benchmark
USUAL = {
    "methods": BENCHMARK.methods,
    "datasets": BENCHMARK.datasets,
    "repetitions": {name: BENCHMARK.on(name).repetitions for name in BENCHMARK.datasets},
}
USUAL_SWEEP = {
    "perplexities": {name: PARAMS.swept_perplexities(name) for name in SWEEP.datasets},
    "repetitions": {name: each.repetitions for name, each in SWEEP.datasets.items()},
}


def changed(changes: list[str], folder: Path) -> Params:
    path = folder / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text())
    apply_overrides(str(path), changes)
    return load_params(path)


def test_what_a_form_leaves_as_it_is_is_not_changed() -> None:
    assert sweep_changes(PARAMS, **USUAL_SWEEP) == []
    assert benchmark_changes(BENCHMARK, **USUAL) == []


def test_sweep_is_changed_dataset_by_dataset(tmp_path: Path) -> None:
    given = {**USUAL_SWEEP["perplexities"], "spheres": [5.0, 7.5]}
    changes = sweep_changes(
        PARAMS, perplexities=given, repetitions={**USUAL_SWEEP["repetitions"], "mnist": 2}
    )
    assert changes == [
        "++sweep.datasets.spheres.perplexities=[5, 7.5]",
        "++sweep.datasets.mnist.repetitions=2",
    ]
    params = changed(changes, tmp_path)
    assert {name: params.swept_perplexities(name) for name in given} == {
        name: tuple(values) for name, values in given.items()
    }


def test_manual_changes_what_the_form_changes(tmp_path: Path) -> None:
    printed = [
        shlex.split(command) for command in commands() if "-S sweep." in command.replace("'", "")
    ]
    assert len(printed) == 2
    for words in printed:
        manual = changed(
            [words[place + 1] for place, word in enumerate(words) if word == "-S"], tmp_path
        )
        given = {name: manual.swept_perplexities(name) for name in SWEEP.datasets}
        changes = sweep_changes(PARAMS, perplexities=given, repetitions=USUAL_SWEEP["repetitions"])
        form = changed(changes, tmp_path)
        assert {name: form.swept_perplexities(name) for name in given} == given


@pytest.mark.parametrize("n", [1, 3, 12])
def test_benchmark_is_repeated_as_the_form_says(tmp_path: Path, n: int) -> None:
    wanted = dict.fromkeys(BENCHMARK.datasets, n)
    changes = benchmark_changes(BENCHMARK, **{**USUAL, "repetitions": wanted})
    found = changed(changes, tmp_path).benchmark
    for dataset in BENCHMARK.datasets:
        usual, now = BENCHMARK.on(dataset), found.on(dataset)
        assert now.repetitions == n
        assert now.second_best == min(usual.second_best, n)
        assert now.crossed.draws == min(usual.crossed.draws, n)
        assert now.crossed.splits == min(usual.crossed.splits, n)


def test_changes_are_taken(in_folder: Path) -> None:
    """By DVC's reader and by params.yaml's."""
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    given = {**USUAL, "methods": ["pca", "tsne"], "datasets": ["digits"]}
    changes = benchmark_changes(BENCHMARK, **given)
    assert changes == ['++benchmark.methods=["pca", "tsne"]', '++benchmark.datasets=["digits"]']
    check_changes(changes)
