from __future__ import annotations

import json
import shlex
from pathlib import Path

from dvc.utils.hydra import apply_overrides

from flows.schedules.scheduled import benchmark_changes, sweep_changes
from flows.versioning.experiment import check_changes
from tests.manual import commands
from topo.params import load_params

ROOT = Path(__file__).parents[3]
PARAMS = load_params(ROOT / "params.yaml")
SWEEP, BENCHMARK = PARAMS.sweep, PARAMS.benchmark


def test_sweep_is_changed_on_every_dataset() -> None:
    assert sweep_changes(SWEEP, perplexities=[5.0, 7.5], repetitions=2) == [
        "sweep.perplexities=[5, 7.5]",
        "sweep.datasets.mnist.perplexities=[5, 7.5]",
        "sweep.datasets.spheres.repetitions=2",
        "sweep.datasets.mnist.repetitions=2",
    ]


def test_manual_changes_what_the_form_changes() -> None:
    printed = [
        shlex.split(command) for command in commands() if "-S sweep." in command.replace("'", "")
    ]
    assert len(printed) == 2
    for words in printed:
        changes = [words[place + 1] for place, word in enumerate(words) if word == "-S"]
        values = json.loads(changes[0].partition("=")[2])
        expected = sweep_changes(SWEEP, perplexities=values, repetitions=None)
        assert changes == [each.replace(" ", "") for each in expected]


def test_what_is_not_given_is_not_changed() -> None:
    assert sweep_changes(SWEEP, perplexities=None, repetitions=None) == []
    assert benchmark_changes(BENCHMARK, methods=["pca"], datasets=None, repetitions=None) == [
        'benchmark.methods=["pca"]'
    ]


def test_benchmark_is_repeated_alike_on_every_dataset(tmp_path: Path) -> None:
    for n in (1, 3, 12):
        path = tmp_path / "params.yaml"
        path.write_text((ROOT / "params.yaml").read_text())
        changes = benchmark_changes(BENCHMARK, methods=None, datasets=None, repetitions=n)
        apply_overrides(str(path), changes)
        changed = load_params(path).benchmark
        for dataset in changed.datasets:
            usual, found = BENCHMARK.on(dataset), changed.on(dataset)
            assert found.repetitions == n
            assert found.second_best == min(usual.second_best, n)
            assert found.crossed.draws == min(usual.crossed.draws, n)
            assert found.crossed.splits == min(usual.crossed.splits, n)


def test_changes_are_taken(in_folder: Path) -> None:
    """By DVC's reader and by params.yaml's; only a commit is missing here."""
    Path("params.yaml").write_text((ROOT / "params.yaml").read_text())
    changes = [
        *sweep_changes(SWEEP, perplexities=[5.0], repetitions=1),
        *benchmark_changes(BENCHMARK, methods=["pca", "tsne"], datasets=["digits"], repetitions=1),
    ]
    try:
        check_changes(changes)
    except RuntimeError as error:
        assert "needs a git commit to start from" in str(error)
