from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flows.doctor import machine

GIB = 2**30


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch):
    """Pretend a number of cores, of usable ones, and an amount of memory."""

    def make(*, seen: int, usable: int, gib: float = 64) -> None:
        monkeypatch.setattr(os, "cpu_count", lambda: seen)
        monkeypatch.setattr(machine, "usable_cores", lambda: usable)
        monkeypatch.setattr(machine, "usable_memory", lambda: int(gib * GIB))

    return make


def test_cores(computer) -> None:
    computer(seen=4, usable=4)
    assert machine.check_cores()[1:3] == ("ok", "4")
    computer(seen=64, usable=2)
    state, found = machine.check_cores()[1:3]
    assert state == "ok", "a local Ray takes no more than may be used"
    assert found.startswith("2 of the machine's 64 may be used")
    for seen in (1, 64):
        computer(seen=seen, usable=1)
        assert machine.check_cores().state == "warning"


def test_memory(computer) -> None:
    computer(seen=4, usable=4, gib=6)
    assert machine.check_memory()[1:3] == ("ok", "6.0 GiB")
    computer(seen=4, usable=4, gib=5.9)
    finding = machine.check_memory()
    assert (finding.state, finding.found) == ("warning", "5.9 GiB for 4 workers")
    assert finding.remedy.startswith("give --workers 3:")
    computer(seen=4, usable=4, gib=2.9)
    finding = machine.check_memory()
    assert finding.state == "problem"
    assert "the services and one worker take about 3 GiB" in finding.remedy


@pytest.mark.parametrize(("gib", "state"), [(0.9, "problem"), (3.9, "warning"), (4, "ok")])
def test_disk(gib: float, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, int(gib * GIB)))
    finding = machine.check_disk()
    assert finding.state == state
    assert finding.found == f"{int(gib * GIB) / GIB:.1f} GiB free under {Path.cwd()}"
    assert bool(finding.remedy) == (state != "ok")
