"""Command `cache`: how much the unit cache holds, and what has long been unused thrown away."""

from __future__ import annotations

from collections.abc import Sequence

from flows import store
from flows.lock import sole_stage
from tasks.cache import Entry, UnitCache

_BYTES_PER_MB = 1e6


def show_cache(prune: float | None) -> None:
    """Print what the unit cache holds, after removing what no run has used for `prune` days.

    Raises
    ------
    RuntimeError
        Where a run works in this checkout: it may be about to need what would be removed.
    """
    cache = UnitCache(store.UNITS)
    if prune is not None:
        with sole_stage():
            print(f"removed {_describe(cache.prune(unused_days=prune))}")
    print(f"{store.UNITS} holds {_describe(list(cache.entries()))}")


def _describe(entries: Sequence[Entry]) -> str:
    size = sum(entry.size for entry in entries) / _BYTES_PER_MB
    oldest = max((entry.unused_days for entry in entries), default=0.0)
    return f"{len(entries)} units, {size:.1f} MB, the longest unused for {oldest:.1f} days"
