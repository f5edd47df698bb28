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
        Allow sums to be taken in another order, which lets the compiler use vector instructions.
        The order is fixed once compiled: equal input still gives equal bits.

    Returns
    -------
    callable
        Same arguments, same result. It is compiled when it is first called.
    """
    fastmath = {"reassoc", "contract"} if reorder_sums else False
    try:
        return njit(function, fastmath=fastmath, cache=True)  # type: ignore[no-any-return]
    except RuntimeError:  # neither the checkout nor the user's cache folder can be written
        return njit(function, fastmath=fastmath)  # type: ignore[no-any-return]
