"""Failures that a person can do something about: their reason is shown, without a stack."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from flows.services.prefect_server import is_local_server
from tasks.fanout import Outcome

#: Of units that fail for one reason so many are named.
_MOST_NAMED = 3


class UnitsFailedError(RuntimeError):
    """Some units failed; everything else of the stage is written."""


def raise_failures(outcomes: Iterable[Outcome]) -> None:
    """Raise where units failed.

    Raises
    ------
    UnitsFailedError
        Names the failed units by their reasons, of many with one reason the first.
    """
    failed = [each for each in outcomes if each.state == "failed"]
    by_reason: dict[str, list[str]] = {}
    for each in failed:
        by_reason.setdefault(each.reason, []).append(each.name)
    if failed:
        lines = "\n".join(f"  {_listed(names)}: {why}" for why, names in by_reason.items())
        raise UnitsFailedError(f"{len(failed)} units failed:\n{lines}")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


#: What bad input, a full disk, too little memory and failed units raise: the command line shows
#: their words alone.
_EXPECTED = (ValueError, OSError, MemoryError, UnitsFailedError)

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")

#: Who says at which address a run is to be seen.
_LOGGERS_OF_ADDRESSES = ("prefect.flow_runs", "prefect.engine")


def shorten_logs() -> None:
    """Have Prefect log the reason of an expected failure without its stack, and no dead links.

    Prefect logs every exception of a flow, and of each of its tasks, with dozens of lines. With
    ``PREFECT_LOGGING_LEVEL=DEBUG`` it still does.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_without_stack)
    for name in _LOGGERS_OF_ADDRESSES:
        logging.getLogger(name).addFilter(_leads_somewhere)


def _leads_somewhere(record: logging.LogRecord) -> bool:
    """Leave out addresses at a server that is gone when the run has ended."""
    return not (is_local_server() and str(record.msg).startswith("View at "))


def _without_stack(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _EXPECTED) and not logging.getLogger(record.name).isEnabledFor(
        logging.DEBUG
    ):
        record.exc_info = record.exc_text = None
        # The error's own words, in lines where it has several, not its representation.
        record.msg = str(record.msg).replace("%r", "%s")
    return True
