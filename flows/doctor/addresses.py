"""Checks of the server and the cluster that the environment names, if it does.

They are those that a run makes before it starts.
"""

from __future__ import annotations

import os

from flows.addresses import AddressError, check_server, mask_user
from flows.doctor.finding import SET_UP, Finding
from flows.services.ray_folder import REMEDY, look_for_place


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
