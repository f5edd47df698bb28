"""params.yaml as a file, and pydantic's faults as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from topo.params.faults import list_faults
from topo.params.plain import plain_faults
from topo.params.strict_yaml import YAMLError, load_yaml
from topo.params.whole import Params


class ParamsError(ValueError):
    """params.yaml cannot be used; the message lists every fault with its place."""


def parse_params(given: Any) -> Params:
    """Check parameters that have been read.

    Raises
    ------
    ParamsError
        Lists every fault with its place.
    """
    if not isinstance(given, Mapping):
        raise ParamsError(
            f"params.yaml must map stages to parameters, got {type(given).__name__}; "
            "start from the file in the repository"
        )
    faults = plain_faults(given)
    if faults:
        raise _unusable(faults)
    try:
        return Params(**given)
    except ValidationError as error:
        raise _unusable(list_faults(error)) from error


def _unusable(faults: Sequence[str]) -> ParamsError:
    return ParamsError("\n  ".join(["params.yaml cannot be used:", *faults]))


def load_params(path: Path) -> Params:
    """Read and check a parameter file.

    Raises
    ------
    ParamsError
        As `read_params`, or where what it holds has a fault.
    """
    return parse_params(read_params(path))


def read_params(path: Path) -> Any:
    """Read a parameter file as DVC reads it, whatever its parameters are.

    Raises
    ------
    ParamsError
        Where the file is missing, is not YAML, repeats a key, or has a tag that stands for anything
        but text, numbers, lists and mappings.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ParamsError(
            f"{path} cannot be read ({error.strerror}): run from the project's folder"
        ) from error
    except UnicodeDecodeError as error:
        raise ParamsError(
            f"{path} must be UTF-8 text, got byte 0x{error.object[error.start]:02x} at position "
            f"{error.start}: save it as UTF-8"
        ) from error
    try:
        return load_yaml(text, name=path.name)
    # ruamel.yaml lets some of Python's own errors out, such as for a character beyond Unicode.
    except (YAMLError, ValueError, OverflowError) as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from error
