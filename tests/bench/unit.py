"""A unit that does nothing, in a module that takes no time to import."""

from __future__ import annotations

from tasks.result import Result


def nothing(*, number: int) -> Result:
    """Return a number."""
    return Result(values=number)
