"""How a contract is checked, and how its author hears of it."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

import numpy as np

#: Libraries whose import takes long: they are imported where they are used.
_HEAVY = ("torch", "umap", "sklearn", "numba", "scipy", "gtda", "gudhi", "ot", "pandas")


class BrokenContractError(AssertionError):
    """A method, dataset or metric is not what the project relies on; says what to do."""


class NotTriedError(Exception):
    """A check needs what is not there, such as a downloaded file."""


class Verdict(NamedTuple):
    """What came of one check.

    Attributes
    ----------
    sentence
        What must hold.
    state
        "holds", "broken" or "not tried".
    reason
        Why it does not hold; empty where it does.
    """

    sentence: str
    state: Literal["holds", "broken", "not tried"]
    reason: str = ""


def check(checks: Sequence[Callable[..., None]], name: str, *more: Any) -> Iterator[Verdict]:
    """Go through the checks of a contract.

    Parameters
    ----------
    checks
        Functions; the first line of their docstrings says what must hold.
    name
        Name in the registry.
    more
        What the checks need beside the name.

    Yields
    ------
    Verdict
        One for every check, whatever it raises.
    """
    for each in checks:
        sentence = (each.__doc__ or each.__name__).split("\n", 1)[0].rstrip(".")
        try:
            # As in the tests: what is expected is to be silenced where it comes from.
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                each(name, *more)
        except BrokenContractError as error:
            yield Verdict(sentence, "broken", str(error))
        except NotTriedError as error:
            yield Verdict(sentence, "not tried", str(error))
        except Exception as error:
            yield Verdict(sentence, "broken", f"{type(error).__name__}: {error} ({_where(error)})")
        else:
            yield Verdict(sentence, "holds")


def _where(error: Exception) -> str:
    """Name the last line of this project's that an error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "topo" in Path(frame.filename).parts]
    frame = (ours or frames)[-1]
    return f"{Path(frame.filename).name}, line {frame.lineno}"


def require(holds: bool | np.bool_, message: str) -> None:
    """Raise `BrokenContractError` with the message unless something holds."""
    if not holds:
        raise BrokenContractError(message)


def require_refusal(call: Callable[[], object], words: str, *, given: str, advice: str) -> None:
    """Require that a call raises a ValueError with some words in it.

    Parameters
    ----------
    call
        What must be refused.
    words
        Part of the message.
    given
        What it is given, for the message.
    advice
        What to do where it is not refused.
    """
    try:
        call()
    except ValueError as error:
        require(
            words in str(error),
            f"{given} must be refused with {words!r} in the message, got {str(error)!r}: {advice}",
        )
    else:
        raise BrokenContractError(f"{given} must be refused with a ValueError, got none: {advice}")


def require_own_title(name: str, registry: Mapping[str, Any]) -> None:
    """Require a title that nothing else in the registry has."""
    title = getattr(registry[name], "title", "")
    require(
        isinstance(title, str) and title.strip() != "",
        f'{registry[name].__name__} must have a name for tables: declare title = "…"',
    )
    same = [other for other, each in registry.items() if other != name and each.title == title]
    require(
        not same,
        f"{', '.join(same)} is called {title!r} too: declare another title in "
        f"{registry[name].__name__} itself",
    )


def require_no_defaults(kind: Any) -> None:
    """Require that all fields are to be given, and that `small` gives exactly them."""
    with_default = [name for name, field in kind.model_fields.items() if not field.is_required()]
    require(
        not with_default,
        f"{', '.join(with_default)} must have no default, since params.yaml has all values: "
        "write the type alone",
    )
    small = getattr(kind, "small", None)
    require(
        isinstance(small, Mapping) and set(small) == set(kind.model_fields),
        f"{kind.__name__}.small must give exactly the fields {_names(kind.model_fields)}, got "
        f"{_names(small) if isinstance(small, Mapping) else 'none'}: declare small = {{…}}",
    )
    require(
        kind.model_config.get("extra") == "forbid" and kind.model_config.get("frozen") is True,
        f"{kind.__name__} must refuse unknown fields and changes: leave model_config as it is",
    )


def _names(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "(none)"


def require_light_import(module: ModuleType) -> None:
    """Require that a module does not import what takes seconds before it is used."""
    homes = {
        (value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", "")))
        for value in vars(module).values()
    }
    heavy = sorted({home for home in homes if home.partition(".")[0] in _HEAVY})
    require(
        not heavy,
        f"{module.__name__} imports {', '.join(heavy)} at its top, which every command then waits "
        "for: import it in the function that uses it",
    )


def random_states() -> tuple[object, ...]:
    """Return what the global generators of Python and NumPy, and of PyTorch if it is here, hold."""
    import random
    import sys

    torch = sys.modules.get("torch")
    kept = b"" if torch is None else torch.get_rng_state().numpy().tobytes()
    return random.getstate(), _state_of_numpy(), kept


def _state_of_numpy() -> bytes:
    name, keys, *rest = np.random.get_state(legacy=True)
    return np.asarray(keys).tobytes() + repr((name, rest)).encode()
