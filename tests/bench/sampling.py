"""What a run's processes use, looked at now and then: cores and memory, by the part they play."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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
        The largest resident memory of one process, MiB, by the part that it plays.
    """

    times: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)

    def share_busy(self, cores: float) -> float:
        """Return the share of the looks at which so many cores were busy, nine tenths counting."""
        return sum(each >= 0.9 * cores for each in self.cores) / max(1, len(self.cores))


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
        seen = {}
        for process in processes:
            try:
                with process.oneshot():
                    rss = process.memory_info().rss / MIB
                    times = process.cpu_times()
                    role = role_of(process.cmdline())
            except psutil.Error:
                continue
            seen[process.pid] = times.user + times.system
            spent += max(0.0, seen[process.pid] - self.cpu_seconds.get(process.pid, 0.0))
            memory += rss
            self.trace.peaks[role] = max(rss, self.trace.peaks.get(role, 0.0))
        self.trace.cpu_seconds += spent
        if self.cpu_seconds:
            self.trace.times.append(now - self.started)
            self.trace.cores.append(spent / max(1e-9, now - self.before))
            self.trace.memory.append(memory)
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


def largest(peaks: dict[str, float]) -> list[tuple[str, float]]:
    """Return the parts by memory, the largest first."""
    return sorted(peaks.items(), key=lambda each: -each[1])
