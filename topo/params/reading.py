"""params.yaml as a file, and pydantic's faults as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from topo.params.faults import list_faults
from topo.params.whole import Params


class ParamsError(ValueError):
    """params.yaml cannot be used; the message lists every fault with its place."""


def parse_params(given: Any) -> Params:
    """Check parameters that have been read.

    Parameters
    ----------
    given
        What the YAML document holds.

    Returns
    -------
    Params
        Typed and frozen.

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
    try:
        return Params(**given)
    except ValidationError as error:
        faults = "\n".join(f"  {fault}" for fault in list_faults(error))
        raise ParamsError(f"params.yaml cannot be used:\n{faults}") from error


def load_params(path: Path) -> Params:
    """Read and check a parameter file.

    Parameters
    ----------
    path
        A YAML file like the repository's params.yaml.

    Returns
    -------
    Params
        Typed and frozen.

    Raises
    ------
    ParamsError
        Where the file is missing, is not YAML, repeats a key, or has a fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ParamsError(
            f"{path} cannot be read ({error.strerror}): run from the project's folder"
        ) from error
    try:
        given = yaml.load(text, Loader=_StrictLoader)  # a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise ParamsError(f"{path} is not valid YAML: {error}") from error
    return parse_params(given)


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader, refusing a key that stands twice: the second would silently win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            line = node.start_mark.line + 1
            raise ValueError(
                f"key {', '.join(repeated)} stands twice in the mapping at line {line}"
            )
        return super().construct_mapping(node, deep=deep)
