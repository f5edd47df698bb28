"""Cores and memory that this process may use, whatever limits a container sets."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")
_MEMORY = Path("/proc/meminfo")


def usable_cores() -> int:
    """Return how many cores this process may keep busy.

    The machine's, or fewer where an affinity or a control group's quota, rounded up, allows fewer.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return max(1, min([cores, *(math.ceil(quota) for quota in _core_quotas())]))


def usable_memory() -> int:
    """Return how many bytes of memory this process may hold: the machine's, or a group's limit."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_memory_limits()])


def free_memory() -> int:
    """Return how many bytes of `usable_memory` nobody uses now, all without ``/proc/meminfo``."""
    for line in _text(_MEMORY).splitlines():
        name, _, amount = line.partition(":")
        if name == "MemAvailable":
            return min(usable_memory(), 1024 * int(amount.split()[0]))
    return usable_memory()


def _core_quotas() -> Iterator[float]:
    for folder in _group_folders("cpu"):
        # Version 2 has quota and period in one file, version 1 in two.
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if not quota:
            quota = _text(folder / "cpu.cfs_quota_us")
            period = _text(folder / "cpu.cfs_period_us")
        if _is_number(quota) and _is_number(period):
            yield int(quota) / int(period)


def _memory_limits() -> Iterator[int]:
    for folder in _group_folders("memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            limit = _text(folder / name)
            if _is_number(limit):
                yield int(limit)


def _group_folders(controller: str) -> Iterator[Path]:
    """Folders of this process's control group and of those around it, of either version."""
    for line in _text(_OWN_GROUPS).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = _GROUPS / controllers if controllers else _GROUPS
        # Inside a container the path may be the host's, and the mount be the group itself.
        group = Path(path.lstrip("/"))
        yield from (root / each for each in (group, *group.parents))


def _is_number(text: str) -> bool:
    """Whether a limit is set: without one it reads "max", "-1" or nothing."""
    return text.isdigit() and int(text) > 0


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
