"""What numbers come from: a node with other packages, or another arithmetic, has other numbers."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from tasks.arithmetic import in_force, settings

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


#: What to do about a node that differs.
REMEDY = (
    "install constraints.txt in the same Python there and let it take the arithmetic of the run, "
    "or take it out of the cluster"
)


class VersionsDifferError(RuntimeError):
    """A node of the cluster has other versions, or another arithmetic, than the driver."""


def installed_versions() -> Mapping[str, str]:
    """Return what this process would compute with.

    Returns
    -------
    dict
        Package, and "Python", to version, "none" where a package is missing; "arithmetic", and
        the variables that set it, to what is in force.
    """
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
            f"node {platform.node()} has {describe_differences(found, expected)}: {REMEDY}"
        )


@cache
def _looked_up() -> Mapping[str, str]:
    found = {
        "Python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
        "arithmetic": in_force(),
        **{name: os.environ.get(name, "none") for name in settings("portable")},
    }
    if found["arithmetic"] == "portable":
        # What was loaded before the variables were set does not heed them.
        import numpy  # noqa: F401
        from threadpoolctl import threadpool_info

        libraries = [each for each in threadpool_info() if each["internal_api"] == "openblas"]
        found["OpenBLAS's kernels"] = ", ".join(
            sorted({each["architecture"] for each in libraries})
        )
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
