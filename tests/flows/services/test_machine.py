"""Cores and memory, with control groups as containers have them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.services import machine

GIB = 2**30


@pytest.fixture(autouse=True)
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tree of control groups, on a machine of 8 cores with all of them allowed."""
    monkeypatch.setattr(machine, "_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "_OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(machine, "_MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 16 * GIB // 4096}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
    return tmp_path / "groups"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_machine_without_limits() -> None:
    assert machine.usable_cores() == 8
    assert machine.usable_memory() == 16 * GIB
    assert machine.free_memory() == 16 * GIB


def test_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5}, raising=False)
    assert machine.usable_cores() == 2


def test_system_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    assert machine.usable_cores() == 8


@pytest.mark.parametrize(
    ("quota", "cores"), [("200000 100000", 2), ("150000 100000", 2), ("10000 100000", 1),
                         ("max 100000", 8), ("1600000 100000", 8)],
)  # fmt: skip
def test_quota_of_cores_in_version_2(groups: Path, quota: str, cores: int) -> None:
    write(groups.parent / "own", "0::/made/inner\n")
    write(groups / "made/inner/cpu.max", quota + "\n")
    assert machine.usable_cores() == cores


def test_quota_of_cores_in_version_1(groups: Path) -> None:
    write(groups.parent / "own", "7:memory:/x\n3:cpu,cpuacct:/made\n0::/\n")
    write(groups / "cpu,cpuacct/made/cpu.cfs_quota_us", "300000\n")
    write(groups / "cpu,cpuacct/made/cpu.cfs_period_us", "100000\n")
    assert machine.usable_cores() == 3
    write(groups / "cpu,cpuacct/made/cpu.cfs_quota_us", "-1\n")
    assert machine.usable_cores() == 8


@pytest.mark.parametrize(
    ("own", "place"),
    [
        ("0::/made/inner", "made/inner/memory.max"),
        # The limit of a group binds all those inside it.
        ("0::/made/inner", "made/memory.max"),
        # Inside a container the mount is the group itself, and the path may be the host's.
        ("0::/system.slice/docker-0123.scope", "memory.max"),
        ("4:memory:/docker/0123", "memory/memory.limit_in_bytes"),
    ],
)
def test_limit_of_memory(groups: Path, own: str, place: str) -> None:
    write(groups.parent / "own", own + "\n")
    write(groups / place, f"{3 * GIB}\n")
    assert machine.usable_memory() == 3 * GIB


@pytest.mark.parametrize("text", ["max", "9223372036854771712", ""])
def test_no_limit_of_memory(groups: Path, text: str) -> None:
    write(groups.parent / "own", "0::/\n")
    write(groups / "memory.max", text + "\n")
    assert machine.usable_memory() == 16 * GIB


def test_free_memory_is_within_the_limit(groups: Path) -> None:
    write(groups.parent / "meminfo", f"MemTotal: 16777216 kB\nMemAvailable: {4 * 2**20} kB\n")
    assert machine.free_memory() == 4 * GIB
    write(groups.parent / "own", "0::/\n")
    write(groups / "memory.max", f"{3 * GIB}\n")
    assert machine.free_memory() == 3 * GIB
