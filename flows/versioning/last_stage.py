"""The stage that began last, and how far it came: it says so itself, the front door reads it."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from flows import store

#: "began"; "wrote": its tables are those of its data and parameters, whether units failed or not;
#: "changed": what it depends on was edited while it ran, so that its tables are of no one state.
State = Literal["began", "wrote", "changed"]


class LastStage(NamedTuple):
    """A stage and how far it came."""

    stage: str
    state: State


def write_last_stage(stage: str, state: State) -> None:
    """Write down how far a stage has come."""
    store.write_json(store.LAST_STAGE, LastStage(stage, state)._asdict())


def read_last_stage() -> LastStage | None:
    """Return the stage that began last; None where none has since `forget_last_stage`."""
    if not store.LAST_STAGE.exists():
        return None
    return LastStage(**json.loads(store.LAST_STAGE.read_text()))


def forget_last_stage() -> None:
    """Have no stage be the last one: those before belong to another run."""
    store.LAST_STAGE.unlink(missing_ok=True)
