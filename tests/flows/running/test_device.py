from __future__ import annotations

import numpy as np
import pytest

from flows import __main__ as command_line
from flows.environment import DEVICE
from flows.running.units import FEWEST_ON_GPU, StoredDataset, embed_unit, evaluate_unit
from tasks.embed import embed
from tasks.result import Result
from tasks.unit import GPU_SHARE, Input, Unit
from topo.methods import METHODS
from topo.params import SamplingParams
from topo.plan import Job
from topo.splits import Split

NETWORK = {"hidden": (4,), "epochs": 1, "batch_size": 8, "learning_rate": 0.01}
X = np.random.default_rng(0).normal(size=(30, 3))


def unit_of(method: str, device: str, **hyperparameters: object) -> Unit:
    job = Job("spheres", 0, 0, method, 0, METHODS[method](**hyperparameters), "test", "")
    data = StoredDataset(Input(X, "digest"), X.shape, np.arange(30) % 3, None)
    split = Split(np.arange(10), np.arange(10, 20), np.arange(20, 30))
    return embed_unit(job, data, split, device)


def test_what_trains_asks_for_a_gpu_and_has_a_key_of_its_own() -> None:
    on_cpu, on_gpu = (unit_of("ae", device, **NETWORK) for device in ("cpu", "cuda"))
    assert (on_cpu.gpus, on_gpu.gpus) == (0.0, GPU_SHARE)
    assert "device" not in on_cpu.parameters
    assert on_gpu.parameters["device"] == "cuda"
    assert on_cpu.key != on_gpu.key


def test_what_trains_nothing_is_the_same_unit_on_every_device() -> None:
    on_cpu, on_gpu = (unit_of("pca", device) for device in ("cpu", "cuda"))
    assert (on_gpu.key, on_gpu.gpus) == (on_cpu.key, 0.0)


def scoring_of(n: int, device: str, **sampling: int) -> Unit:
    points, rows = np.zeros((3 * n, 3)), np.arange(3 * n).reshape(3, -1)
    job = Job("spheres", 0, 0, "pca", 0, METHODS["pca"](), "test", "")
    data = StoredDataset(Input(points, "digest"), points.shape, points[:, 0].astype(int), None)
    embedding = Result({"embedding": points[:n, :2]}, {})
    drawn = SamplingParams(**{"above": 5000, "n_points": 1000, "n_samples": 5, **sampling})
    given = {"metrics": ("rmse",), "sampling": drawn, "cost": 1.0, "device": device}
    return evaluate_unit(job, data, Split(*rows), embedding, **given)


def test_scores_of_many_points_ask_for_a_gpu_and_have_a_key_of_their_own() -> None:
    on_cpu, on_gpu = (scoring_of(FEWEST_ON_GPU, device) for device in ("cpu", "cuda"))
    assert (on_cpu.gpus, on_gpu.gpus) == (0.0, GPU_SHARE)
    assert on_cpu.key != on_gpu.key
    shared = [unit.inputs["reference"].value for unit in (on_cpu, on_gpu)]
    assert [each.gpus for each in shared] == [0.0, GPU_SHARE]
    assert "device" not in shared[0].arguments
    assert shared[1].arguments["device"] == on_gpu.parameters["device"] == "cuda"


def test_scores_of_few_points_at_once_are_the_same_unit_on_every_device() -> None:
    few = {"above": FEWEST_ON_GPU, "n_points": 500, "n_samples": 2}
    for n_points in (FEWEST_ON_GPU - 1, FEWEST_ON_GPU + 1):
        on_cpu, on_gpu = (scoring_of(n_points, device, **few) for device in ("cpu", "cuda"))
        assert (on_gpu.key, on_gpu.gpus) == (on_cpu.key, 0.0)


def test_device_reaches_the_network() -> None:
    unit = unit_of("topoae", "cuda", **NETWORK, lam=1.0)
    rows = {"train": np.arange(10), "evaluation": np.arange(10, 20)}
    import torch

    if torch.cuda.is_available():
        assert embed(**unit.parameters, X=X, **rows).arrays["embedding"].shape == (10, 2)
    else:
        with pytest.raises(ValueError, match="device 'cuda' needs a GPU"):
            embed(**unit.parameters, X=X, **rows)


def test_device_is_an_option_or_an_environment_variable(monkeypatch, capsys) -> None:
    def device(*arguments: str) -> str:
        return command_line._parser().parse_args(["benchmark", *arguments]).device

    monkeypatch.delenv(DEVICE, raising=False)
    assert device() == "cpu"
    assert device("--device", "cuda") == "cuda"
    monkeypatch.setenv(DEVICE, "cuda")
    assert device() == "cuda"
    for bad in (["--device", "tpu"], []):
        monkeypatch.setenv(DEVICE, "tpu")
        with pytest.raises(SystemExit):
            device(*bad)
        assert "--device: must be cpu or cuda, got 'tpu'" in capsys.readouterr().err
