from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tasks import arithmetic
from tasks.arithmetic import PORTABLE, in_force, resolve, settings, what_portable_lacks
from tasks.unit import Unit, code_and_packages
from tasks.versions import VersionsDifferError, installed_versions, require_versions
from tests.tasks.units import double

NATIVE = r"^native \((x86_64|aarch64|arm64)"


def without(monkeypatch: pytest.MonkeyPatch, *features: str) -> None:
    flags = " ".join(each for each in arithmetic._FEATURES if each not in features)
    monkeypatch.setattr(arithmetic, "_processor", lambda: {"flags": flags, "model": "1"})
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def test_portable_is_what_a_machine_takes_where_it_can(monkeypatch) -> None:
    without(monkeypatch)
    assert (resolve(None), resolve("portable"), resolve("native")) == (
        "portable",
        "portable",
        "native",
    )
    assert what_portable_lacks() == ""


def test_processor_without_a_feature_is_named(monkeypatch) -> None:
    without(monkeypatch, "avx2", "movbe")
    assert (resolve(None), resolve("native")) == ("native", "native")
    with pytest.raises(ValueError, match="not possible here: the processor has no avx2, movbe; us"):
        resolve("portable")


def test_other_systems_are_native(monkeypatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert resolve(None) == "native"
    assert what_portable_lacks() == "it needs Linux on x86-64, this is Darwin on arm64"


def test_unknown_arithmetic_is_refused() -> None:
    with pytest.raises(ValueError, match="must be portable or native, got 'decimal'"):
        resolve("decimal")


@pytest.mark.parametrize("name", settings("portable"))
def test_every_variable_counts(monkeypatch, name: str) -> None:
    for each, value in settings("portable").items():
        monkeypatch.setenv(each, value)
    assert in_force() == "portable"
    monkeypatch.setenv(name, "other")
    assert in_force().startswith("native (")
    monkeypatch.delenv(name)
    assert in_force().startswith("native (")


def test_arithmetic_is_part_of_a_units_key(monkeypatch) -> None:
    def key() -> str:
        code_and_packages.cache_clear()
        return Unit("a unit", double, {}, {}, ()).key

    before = key()
    monkeypatch.setenv("MKL_CBWR", "AUTO")
    native = key()
    monkeypatch.setattr(arithmetic, "_processor", lambda: {"model": "another"})
    assert len({before, native, key()}) == 3
    code_and_packages.cache_clear()


def test_worker_whose_setting_was_overridden_is_named_and_refused() -> None:
    here = installed_versions()
    wanted = {**here, "OPENBLAS_CORETYPE": "Zen"}
    with pytest.raises(
        VersionsDifferError, match=r"node .* has OPENBLAS_CORETYPE .* instead of Zen"
    ):
        require_versions(wanted)


SCRIPT = """
import json, os, sys
if "early" in sys.argv: import numpy
from flows.environment import set_environment
set_environment(ARITHMETIC)
import numpy, scipy.linalg, torch, numba, tasks.versions
from threadpoolctl import threadpool_info
cores = {each["architecture"] for each in threadpool_info() if each["internal_api"] == "openblas"}
print(json.dumps({
    "OpenBLAS": sorted(cores),
    "AVX512F": numpy.core._multiarray_umath.__cpu_features__["AVX512F"],
    "ATen": torch.backends.cpu.get_cpu_capability(),
    "numba": numba.config.CPU_NAME,
    "kernels": tasks.versions.installed_versions().get("OpenBLAS's kernels"),
    "variable": os.environ["TOPO_ARITHMETIC"],
    "left": sorted(set(os.environ) & set(tasks.arithmetic.PORTABLE)),
}))
"""


def run(arithmetic: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "TOPO_ARITHMETIC"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("ARITHMETIC)", f"{arithmetic!r})"), *arguments],
        # What a caller has set does not count.
        env={**environment, "OPENBLAS_CORETYPE": "Prescott", "MKL_CBWR": "SSE4_2"},
        capture_output=True,
        text=True,
    )


needs_portable = pytest.mark.skipif(
    bool(what_portable_lacks()), reason=f"portable arithmetic: {what_portable_lacks()}"
)


@needs_portable
def test_libraries_heed_portable_arithmetic() -> None:
    assert json.loads(run(None).stdout) == {
        "OpenBLAS": ["Haswell"],
        "AVX512F": False,
        "ATen": "AVX2",
        "numba": "haswell",
        "kernels": "Haswell",
        "variable": "portable",
        "left": sorted(PORTABLE),
    }


def test_native_arithmetic_leaves_the_choice_to_the_libraries() -> None:
    found = json.loads(run("native").stdout)
    assert (found["variable"], found["left"], found["kernels"]) == ("native", [], None)
    assert found["OpenBLAS"] != ["Prescott"]


@needs_portable
def test_too_late_is_said() -> None:
    done = run("portable", "early")
    assert "portable arithmetic must be set before numpy is imported" in done.stderr
