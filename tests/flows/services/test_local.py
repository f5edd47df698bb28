from __future__ import annotations

import io
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from flows.__main__ import main
from flows.environment import DEVICE
from flows.services.local import _next_line, services

ROOT = Path(__file__).parents[3]


def test_dead_prefect_server_is_named_before_anything_runs(
    in_folder: Path, ray_cluster: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with (
        pytest.raises(
            RuntimeError, match="no Prefect server answers at PREFECT_API_URL=http://127"
        ),
        services(),
    ):
        raise AssertionError("the block must not run")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_workers_keep_freed_memory_for_the_next_matrix(ray_cluster: None) -> None:
    import ray

    @ray.remote
    def pages_of_the_second_matrix() -> int:
        faults = []
        for _ in range(2):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            np.ones((1000, 1000))
            faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
        return faults[1]

    # A matrix of 8 MB has 1,953 pages.
    assert ray.get(pages_of_the_second_matrix.remote()) < 100


def test_bad_parameters_are_one_line_and_start_no_service(
    in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("params.yaml").write_text("benchmark: {}\n")
    assert main(["benchmark"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("error: params.yaml cannot be used:")
    assert "Traceback" not in printed
    assert [path.name for path in in_folder.iterdir()] == ["params.yaml"]


def test_help_is_quick_to_import() -> None:
    heavy = (
        "import sys, flows.__main__;"
        "print([name for name in ('ray', 'torch', 'prefect') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_is_reported_home() -> None:
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


@pytest.mark.usefixtures("no_services")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:9", "no Ray cluster answers at RAY_ADDRESS=127.0.0.1:9"),
        ("ray://127.0.0.1:10001", "must be HOST:PORT of a cluster's head, got 'ray://127"),
        ("auto", "must be HOST:PORT of a cluster's head, got 'auto'"),
        ("local", "must be HOST:PORT of a cluster's head, got 'local'"),
    ],
)
def test_dead_cluster_is_named_and_never_replaced_by_a_local_one(
    in_folder: Path, monkeypatch, capsys, address: str, message: str
) -> None:
    # The command sets the variables; the fixture puts back what was there. `theory` needs no data.
    monkeypatch.setenv("RAY_ADDRESS", "")
    monkeypatch.setenv(DEVICE, "cpu")
    shutil.copyfile(ROOT / "params.yaml", "params.yaml")
    assert main(["theory", "--ray-address", address]) == 1
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


def test_address_that_is_empty_by_mistake_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["benchmark", "--ray-address", ""])
    assert "must be HOST:PORT of a cluster's head, got ''" in capsys.readouterr().err


def test_interrupt_while_ray_starts_is_not_waited_for() -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    keeper = SimpleNamespace(stdin=io.BytesIO(), stdout=SimpleNamespace(readline=interrupt))
    with pytest.raises(KeyboardInterrupt):
        _next_line(keeper, io.BytesIO())
    timers = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
    # Python waits for every thread that is no daemon before it exits.
    assert all(each.finished.is_set() for each in timers)
