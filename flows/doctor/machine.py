"""Checks of the machine, and of the server and the cluster that its environment names, if it does.

These are asked what a run asks them before it starts.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from flows.addresses import AddressError, check_server, mask_user
from flows.doctor.finding import SET_UP, Finding
from flows.environment import ARITHMETIC
from flows.services.machine import usable_cores, usable_memory
from flows.services.ray_folder import REMEDY, look_for_place
from tasks.arithmetic import in_force, what_portable_lacks

_GIB = 2**30
#: Measured on a whole run: Prefect's server, Ray's own processes and the driver take 1.6 GiB
#: together, a worker 1 GiB.
_MEMORY_OF_SERVICES = 2 * _GIB
_MEMORY_OF_WORKER = 1 * _GIB
#: Data, results, finished units and DVC's copies of them.
_DISK_TO_RUN = 1 * _GIB
#: The same, and the virtual environment.
_DISK_TO_INSTALL = 4 * _GIB


def check_arithmetic() -> Finding:
    """Say whether the results of this machine are those of other ones, bit by bit."""
    lacks, found = what_portable_lacks(), in_force()
    if lacks:
        remedy = f"portable is not possible ({lacks}): results are kept as experiments"
        return Finding("arithmetic", "warning", found, remedy)
    if found != "portable":
        remedy = f"results are kept as experiments; for portable ones unset {ARITHMETIC}"
        return Finding("arithmetic", "warning", found, remedy)
    return Finding("arithmetic", "ok", "portable: the bits of every processor with AVX2 and FMA")


def check_memory() -> Finding:
    """Compare the memory with what the services and one worker per core take."""
    memory, workers = usable_memory(), usable_cores()
    found = f"{memory / _GIB:.1f} GiB for {workers} workers, one per core that may be used"
    most = (memory - _MEMORY_OF_SERVICES) // _MEMORY_OF_WORKER
    if most < 1:
        required = (_MEMORY_OF_SERVICES + _MEMORY_OF_WORKER) / _GIB
        return Finding(
            "memory",
            "problem",
            found,
            f"the services and one worker take about {required:.0f} GiB: raise the container's "
            "limit or take another machine",
        )
    if most < workers:
        remedy = f"give --workers {most}: {workers} workers would take about 1 GiB each"
        return Finding("memory", "warning", found, remedy)
    return Finding("memory", "ok", found)


def check_disk() -> Finding:
    """Look at the free space under the checkout."""
    free = shutil.disk_usage(Path.cwd()).free
    found = f"{free / _GIB:.1f} GiB free under {Path.cwd()}"
    if free < _DISK_TO_RUN:
        remedy = f"free at least {_DISK_TO_RUN / _GIB:.0f} GiB there: a run would fill it"
        return Finding("disk", "problem", found, remedy)
    if free < _DISK_TO_INSTALL:
        remedy = "enough to run; the environment, if it is still to be made, takes 3 GiB more"
        return Finding("disk", "warning", found, remedy)
    return Finding("disk", "ok", found)


def check_prefect_server() -> Finding:
    """Ask the server that PREFECT_API_URL names whether it is healthy."""
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return Finding("Prefect", "ok", "PREFECT_API_URL is not set: a run starts a local server")
    try:
        check_server(url)
    except AddressError as error:
        return Finding("Prefect", "problem", error.found, error.remedy)
    return Finding("Prefect", "ok", f"{mask_user(url)} answers")


def check_ray_cluster() -> Finding:
    """Ask the cluster that RAY_ADDRESS names whether a run here may use it."""
    address = os.environ.get("RAY_ADDRESS")
    if not address:
        return _local_ray()
    try:
        import ray  # noqa: F401

        from flows.services.cluster import check_address
    except ImportError as error:
        found = f"RAY_ADDRESS={address} could not be asked: Ray cannot be imported ({error})"
        return Finding("Ray", "problem", found, SET_UP)
    try:
        check_address(address)
    except AddressError as error:
        return Finding("Ray", "problem", error.found, error.remedy)
    return Finding("Ray", "ok", f"{address} answers, and this machine is one of its nodes")


def _local_ray() -> Finding:
    place, faults = look_for_place()
    if place is None:
        found = f"RAY_ADDRESS is not set, and a local cluster has no place: {'; '.join(faults)}"
        return Finding("Ray", "problem", found, REMEDY)
    because = f" ({'; '.join(faults)})" if faults else ""
    found = f"RAY_ADDRESS is not set: a run starts a local cluster, its files in {place}{because}"
    return Finding("Ray", "ok", found)
