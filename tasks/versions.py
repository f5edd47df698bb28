"""The packages that numbers come from: a node with other versions may compute other numbers."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "giotto-ph",
    "giotto-tda",
    "llvmlite",
    "numba",
    "numpy",
    "pynndescent",
    "scikit-learn",
    "scipy",
    "torch",
    "umap-learn",
)


class VersionsDifferError(RuntimeError):
    """A node of the cluster has other versions than the driver."""


def installed_versions() -> Mapping[str, str]:
    """Return what this process would compute with: versions by package, "none" where one misses."""
    return _looked_up()


def describe_differences(found: Mapping[str, str], expected: Mapping[str, str]) -> str:
    """Say what a node has and the driver has not, such as "torch 2.12.0 instead of 2.13.0"."""
    return ", ".join(
        f"{name} {found.get(name, 'none')} instead of {wanted}"
        for name, wanted in expected.items()
        if found.get(name, "none") != wanted
    )


def require_versions(expected: Mapping[str, str]) -> None:
    """Refuse to compute where this process has other versions.

    Nodes are asked before a run; this is for those that join later.

    Raises
    ------
    VersionsDifferError
        Names the node, the packages and what to do.
    """
    found = installed_versions()
    if found != expected:
        raise VersionsDifferError(
            f"node {platform.node()} has {describe_differences(found, expected)}: install "
            "constraints.txt there, or take it out of the cluster"
        )


@cache
def _looked_up() -> Mapping[str, str]:
    return {"Python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
