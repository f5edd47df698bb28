"""A unit of work: a function, its parameters and its inputs, and the key that names its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.arithmetic import in_force
from tasks.code import code_digest, package_versions
from tasks.result import Result

#: Share of a GPU that one unit takes: networks are small, and four leave none of it idle.
GPU_SHARE = 0.25


@dataclass(frozen=True)
class Shared:
    """Something that many units read: computed once in a worker, only if a unit needs it.

    Attributes
    ----------
    name
        Unique within a stage.
    function
        Module-level function; its result stays in Ray's object store.
    arguments
        Its keyword arguments.
    gpus
        Share of a GPU that it takes beside its core.
    """

    name: str
    function: Callable[..., Any]
    arguments: Mapping[str, Any]
    gpus: float = 0.0


@dataclass(frozen=True)
class Input:
    """An input of a unit: what the function receives, and the digest that stands for it in the key.

    Attributes
    ----------
    value
        An array, a reference to an object in Ray's store, or a `Shared` yet to be computed.
    """

    value: Any
    digest: str


@dataclass(frozen=True)
class Unit:
    """One call of a module-level function, named, costed and keyed.

    Attributes
    ----------
    name
        Readable and unique within a stage, such as ``mnist/topoae/split 2/embed``.
    function
        Called as ``function(**parameters, **inputs)`` in a Ray worker; returns a `Result`.
    parameters
        JSON values; all of them enter the key.
    inputs
        Large values; their digests enter the key.
    modules
        Names of the modules whose code, with all that they import from this project, can change
        the result.
    cost
        Rough seconds on one core. The highest cost is started first.
    gpus
        Share of a GPU that it takes beside its core.
    parts
        What its result is made of, if that can be computed piece by piece (see `tasks.parts`): by
        name, the further modules whose code can change that part.
    """

    name: str
    function: Callable[..., Result]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, Input]
    modules: tuple[str, ...]
    cost: float = 1.0
    gpus: float = 0.0
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def code_modules(self) -> tuple[str, ...]:
        """Names of the modules at which the code that can change the result begins."""
        of_parts = {module for modules in self.parts.values() for module in modules}
        return (*self._own_modules, *sorted(of_parts))

    @property
    def _own_modules(self) -> tuple[str, ...]:
        return (self.function.__module__, *self.modules)

    @cached_property
    def key(self) -> str:
        """SHA-256 of everything that can change the result, its parts apart, in hexadecimal."""
        content = {
            "function": f"{self.function.__module__}.{self.function.__qualname__}",
            "parameters": self.parameters,
            "inputs": {name: value.digest for name, value in self.inputs.items()},
            **code_and_packages(self._own_modules),
        }
        return _digest(content)

    @cached_property
    def part_keys(self) -> dict[str, str]:
        """SHA-256 of the code that can change each part, in hexadecimal."""
        return {
            name: _digest(code_and_packages((*self._own_modules, *modules)))
            for name, modules in self.parts.items()
        }


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_and_packages(modules: tuple[str, ...]) -> Mapping[str, Any]:
    """Return what of code, packages and arithmetic enters the keys of units.

    Looked up once for all units of a kind: it takes milliseconds.
    """
    return {
        "code": code_digest(modules),
        "packages": package_versions(modules),
        "arithmetic": in_force(),
    }


def digest_array(array: NDArray[Any]) -> str:
    """Digest an array's dtype, shape and bytes."""
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
