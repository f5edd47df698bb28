"""What was found once, so that no rule looks for it again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

from topo.statements.score_tables import MissingEvidenceError

_Found = TypeVar("_Found")


class _Missing(NamedTuple):
    message: str
    cause: str


class Memory:
    """What was found, by what was asked; also that nothing was."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def recall(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what was found before; look for it the first time.

        Raises
        ------
        MissingEvidenceError
            As `find`, the first time and every other.
        """
        if key not in self._found:
            try:
                self._found[key] = find()
            except MissingEvidenceError as error:
                self._found[key] = _Missing(str(error), error.cause)
        found = self._found[key]
        if isinstance(found, _Missing):
            raise MissingEvidenceError(found.message, cause=found.cause)
        return found  # type: ignore[no-any-return]
