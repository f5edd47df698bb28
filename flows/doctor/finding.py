"""What a check says."""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["ok", "warning", "problem"]

#: Without -B make takes an environment for complete that it has once made.
SET_UP = "run `make -B setup` and use .venv/bin/python"


class Finding(NamedTuple):
    """What a check found, and what to do about it.

    Attributes
    ----------
    subject
        What was looked at.
    state
        "ok"; "warning" where the study runs, but not as well or not all of it; "problem" where it
        does not run.
    found
        What was found.
    remedy
        What to do; empty where nothing is to be done.
    """

    subject: str
    state: State
    found: str
    remedy: str = ""
