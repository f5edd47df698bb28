"""What a run's processes use, looked at now and then: cores and memory, by the part they play."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MIB = 2**20


@dataclass
class Trace:
    """What was seen of a process and of all that descend from it.

    Attributes
    ----------
    times
        Seconds since the first look.
    cores
        Cores that they kept busy since the look before.
    memory
        Their resident memory together, MiB; pages that several share count several times.
    cpu_seconds
        Processor time of all of them together; what a process did after the last look is missed.
    peaks
        The largest resident memory of one process, MiB, by the part that it plays; on Linux as the
        kernel kept it, elsewhere as seen.
    at_work
        How many Ray workers had a unit at each look.
    stages
        Name of the stage that ran at each look; empty between two.
    """

    times: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)
    at_work: list[int] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)

    def while_units_remain(self) -> dict[str, list[int]]:
        """Return, for every stage, its looks from the first to the last with a unit at work."""
        looks: dict[str, list[int]] = {}
        for place, (stage, n_units) in enumerate(zip(self.stages, self.at_work, strict=True)):
            if stage and n_units:
                looks.setdefault(stage, []).append(place)
        return {stage: list(range(seen[0], seen[-1] + 1)) for stage, seen in looks.items()}

    def share_at_work(self, workers: int, looks: list[int]) -> float:
        """Return the share of so many workers that had a unit, on average over some looks."""
        counted = sum(min(workers, self.at_work[look]) for look in looks)
        return counted / (workers * max(1, len(looks)))

    def cores_busy(self, looks: list[int]) -> float:
        """Return how many cores were busy on average over some looks."""
        return sum(self.cores[look] for look in looks) / max(1, len(looks))


@contextmanager
def sampled(process_id: int | None = None, *, seconds: float = 0.5) -> Iterator[Trace]:
    """Look at a process (this one if None) every so many seconds for the length of a block."""
    trace, ended = Trace(), threading.Event()
    sampler = _Sampler(psutil.Process(process_id or os.getpid()), trace)

    def look_until_ended() -> None:
        while not ended.wait(seconds):
            sampler.look()

    sampler.look()
    thread = threading.Thread(target=look_until_ended, daemon=True)
    thread.start()
    try:
        yield trace
    finally:
        ended.set()
        thread.join()


class _Sampler:
    def __init__(self, root: psutil.Process, trace: Trace) -> None:
        self.root, self.trace = root, trace
        self.started = self.before = time.monotonic()
        self.cpu_seconds: dict[int, float] = {}

    def look(self) -> None:
        try:
            processes = [self.root, *self.root.children(recursive=True)]
        except psutil.Error:
            return
        now, spent, memory = time.monotonic(), 0.0, 0.0
        seen, commands = {}, []
        for process in processes:
            try:
                with process.oneshot():
                    rss = process.memory_info().rss / MIB
                    peak = peak_memory(process.pid) or rss
                    times = process.cpu_times()
                    command = process.cmdline()
            except psutil.Error:
                continue
            seen[process.pid] = times.user + times.system
            spent += max(0.0, seen[process.pid] - self.cpu_seconds.get(process.pid, 0.0))
            memory += rss
            commands.append(command)
            role = role_of(command)
            self.trace.peaks[role] = max(peak, self.trace.peaks.get(role, 0.0))
        self.trace.cpu_seconds += spent
        if self.cpu_seconds:
            self.trace.times.append(now - self.started)
            self.trace.cores.append(spent / max(1e-9, now - self.before))
            self.trace.memory.append(memory)
            self.trace.at_work.append(sum(map(has_unit, commands)))
            self.trace.stages.append(next(filter(None, map(_stage_of, commands)), ""))
        self.before, self.cpu_seconds = now, seen


#: The first that stands in a command line tells the process's part.
_ROLES = {
    "ray::": "Ray worker",
    "default_worker": "Ray worker",
    "gcs_server": "Ray: global control store",
    "raylet": "Ray: raylet, with the object store",
    "ray/dashboard": "Ray: agents",
    "ray/_private": "Ray: agents",
    "prefect": "Prefect server",
    "-m dvc": "dvc repro",
    "flows reproduce": "front door",
    "-m flows": "driver of a stage",
    "serial.py": "serial script",
}


def role_of(command: list[str]) -> str:
    """Name the part that a process plays, from its command line."""
    line = " ".join(command)
    return next((role for part, role in _ROLES.items() if part in line), "other")


#: Subcommands of flows that have others do the work.
_FRONT_DOORS = ("reproduce", "serve")


def has_unit(command: list[str]) -> bool:
    """Whether a Ray worker has a unit's name: Ray gives it the task's while it runs."""
    name = (command or [""])[0]
    return name.startswith("ray::") and "/" in name


def _stage_of(command: list[str]) -> str:
    """Name the stage that a process drives; nothing where it drives none."""
    for place, word in enumerate(command[:-1]):
        if word == "flows" and command[place - 1] == "-m" and command[place + 1].isalpha():
            return "" if command[place + 1] in _FRONT_DOORS else command[place + 1]
    return ""


def peak_memory(process_id: int | None = None) -> float:
    """Return the largest resident memory that a process (this one if None) ever had, MiB.

    Linux keeps it for every program that a process runs. `getrusage` does not start anew with a
    program: in the child of a large process it tells the parent's. So it is only asked where there
    is no /proc, for this process alone; 0 where nothing is known.
    """
    try:
        lines = Path(f"/proc/{process_id or os.getpid()}/status").read_text().splitlines()
    except OSError:
        return 0.0 if process_id else _largest_since_start()
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return float(found[0]) / 1024 if found else 0.0


def forget_peak_memory() -> None:
    """Have this process's `peak_memory` begin anew, where Linux allows it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _largest_since_start() -> float:
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (MIB if sys.platform == "darwin" else 1024)


def largest(peaks: dict[str, float]) -> list[tuple[str, float]]:
    """Return the parts by memory, the largest first."""
    return sorted(peaks.items(), key=lambda each: -each[1])
