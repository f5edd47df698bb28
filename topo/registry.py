"""What a registry names, imported: one line a name, so that one line registers."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load(place: str) -> Any:
    """Import what stands at a place.

    Parameters
    ----------
    place
        ``module:name``, such as ``"topo.methods.pca:PCA"``.

    Returns
    -------
    Any
        The class or tuple of that name.

    Raises
    ------
    ImportError
        Where the module or the name is not there; says what was looked for, and what the module
        has.
    """
    module_name, _, name = place.partition(":")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        path = module_name.replace(".", "/") + ".py"
        raise ImportError(f"{place!r} is registered, but there is no {path}: add it") from error
    if not hasattr(module, name):
        own = [each for each, value in vars(module).items() if _is_of(value, module_name)]
        raise ImportError(
            f"{place!r} is registered, but {module.__file__} has no {name!r}: name what it has, "
            f"such as {', '.join(own) or 'nothing yet'}"
        )
    return getattr(module, name)


def _is_of(value: Any, module: str) -> bool:
    return isinstance(value, type) and value.__module__ == module
