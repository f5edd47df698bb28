"""Checks of the server and the cluster that the environment names, if it does."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import urllib.error
import urllib.request

from flows.doctor.finding import Finding

_SECONDS = 3.0
_ADDRESS = re.compile(r"(?:ray://)?(?P<host>\[[^\]]+\]|[^:/\[\]]+):(?P<port>\d{1,5})/?")


def check_prefect_server() -> Finding:
    """Ask the server that PREFECT_API_URL names whether it is healthy."""
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return Finding("Prefect", "ok", "PREFECT_API_URL is not set: a run starts a local server")
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=_SECONDS) as answer:
            healthy = json.load(answer)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        return Finding(
            "Prefect",
            "problem",
            f"no server answers at PREFECT_API_URL={url} ({error})",
            "start it, correct the address, which ends in /api, or unset it for a local server",
        )
    if healthy is not True:
        remedy = "look at the server's log"
        return Finding("Prefect", "problem", f"{url} says that it is not healthy", remedy)
    return Finding("Prefect", "ok", f"{url} answers")


def check_ray_cluster() -> Finding:
    """See whether anything listens at RAY_ADDRESS."""
    address = os.environ.get("RAY_ADDRESS")
    if not address:
        return Finding("Ray", "ok", "RAY_ADDRESS is not set: a run starts a local cluster")
    if address in ("auto", "local"):
        found = f"RAY_ADDRESS={address} takes what runs on this machine, or starts it unasked"
        return Finding("Ray", "warning", found, "name the cluster as HOST:PORT, or unset it")
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        return Finding(
            "Ray",
            "problem",
            f"RAY_ADDRESS={address} is no address of a cluster",
            "it must read HOST:PORT, as `ray start --head` prints it; unset it for a local cluster",
        )
    try:
        with socket.create_connection((parts["host"].strip("[]"), int(parts["port"])), _SECONDS):
            pass
    except (OSError, OverflowError) as error:
        return Finding(
            "Ray",
            "problem",
            f"nothing listens at RAY_ADDRESS={address} ({error})",
            "start the cluster, correct the address, or unset it for a local cluster",
        )
    return Finding("Ray", "ok", f"{address} listens")
