from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from flows.doctor import machine

GIB = 2**30
EACH = "GiB for 4 workers, one per core that may be used"


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch):
    """Pretend a number of usable cores and an amount of memory."""

    def make(*, usable: int, gib: float) -> None:
        monkeypatch.setattr(machine, "usable_cores", lambda: usable)
        monkeypatch.setattr(machine, "usable_memory", lambda: int(gib * GIB))

    return make


def test_memory(computer) -> None:
    computer(usable=4, gib=6)
    assert machine.check_memory()[1:3] == ("ok", f"6.0 {EACH}")
    computer(usable=4, gib=5.9)
    finding = machine.check_memory()
    assert (finding.state, finding.found) == ("warning", f"5.9 {EACH}")
    assert finding.remedy.startswith("give --workers 3:")
    computer(usable=4, gib=2.9)
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
