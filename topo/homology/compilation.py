"""Compilation of the few loops that numpy cannot express."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function, *, reorder_sums: bool = False) -> Function:
    """Compile a function with numba and keep the machine code for later processes.

    Parameters
    ----------
    function
        Function of arrays and numbers.
    reorder_sums
        Allow sums to be taken in another order, and have a division by zero give infinity as in
        numpy, which lets the compiler use vector instructions. The order is fixed once compiled:
        equal input still gives equal bits.
    """
    options: dict[str, Any] = (
        {"fastmath": {"reassoc", "contract"}, "error_model": "numpy"} if reorder_sums else {}
    )
    try:
        return njit(function, cache=True, **options)  # type: ignore[no-any-return]
    except RuntimeError:  # neither the checkout nor the user's cache folder can be written
        return njit(function, **options)  # type: ignore[no-any-return]
