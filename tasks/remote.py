"""How a function becomes a Ray task, which has the driver's code and packages or fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from typing import Any

import ray

from tasks.code import require_code
from tasks.unit import code_and_packages
from tasks.versions import installed_versions, require_versions


def as_ray_task(
    function: Callable[..., Any], modules: tuple[str, ...], name: str, gpus: float = 0.0
) -> Any:
    """Return what submits a function to Ray, under a name, on one core and a share of a GPU.

    It yields when the work begins, the value, and when it has ended.

    Parameters
    ----------
    modules
        Names of the modules whose code must be the same on the worker.
    """
    return _ray_function(function, modules, gpus).options(
        name=name, num_cpus=1, max_retries=0, num_returns="streaming"
    )


@cache
def _ray_function(function: Callable[..., Any], modules: tuple[str, ...], gpus: float) -> Any:
    """One per function, code and share of a GPU: each of them is sent to the cluster once."""
    packages, code = installed_versions(), code_and_packages(modules)["code"]

    @wraps(function)
    def with_begin_and_end(*arguments: Any, **named: Any) -> Iterator[Any]:
        yield "begun"
        require_versions(packages)
        require_code(modules, code)
        yield function(*arguments, **named)
        yield "ended"

    if gpus:
        # A process keeps what it took of its first GPU: the next unit, perhaps on another one, has
        # another process.
        return ray.remote(num_gpus=gpus, max_calls=1)(with_begin_and_end)
    return ray.remote(with_begin_and_end)


def call(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function with what references among its arguments point to."""
    return function(**{name: _fetch(value) for name, value in arguments.items()})


def _fetch(value: Any) -> Any:
    """Fetch what a reference inside a dict points to; Ray resolves top-level arguments only."""
    return ray.get(value) if isinstance(value, ray.ObjectRef) else value
