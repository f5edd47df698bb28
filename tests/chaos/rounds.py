"""Which kinds of rounds there are, and which one comes next."""

from __future__ import annotations

import random
import time

from tests.chaos.stage_rounds import IN_RUN, strike_stage
from tests.chaos.study import Study
from tests.chaos.whole_runs import break_dvc_files, end_at_start, kill_whole_run

#: Kills of a whole run, which take longest.
LONG_KINDS = ("front door", "serve")
KINDS = (*IN_RUN, "DVC's files", "start-up")


def play(made: Study, kind: str, rng: random.Random) -> str:
    """Have one fault, go on, and compare; return what happened.

    Raises
    ------
    AssertionError
        Where something was lost or left, computed twice or came out otherwise.
    """
    started = time.monotonic()
    if kind == "DVC's files":
        said = break_dvc_files(made, rng)
    elif kind == "start-up":
        said = end_at_start(made, rng)
    elif kind in LONG_KINDS:
        said = kill_whole_run(made, kind, rng)
    else:
        said = strike_stage(made, kind, rng)
    made.require_nothing_left()
    made.tally.took(kind, time.monotonic() - started)
    return said


def kind_of_round(number: int, rng: random.Random) -> str:
    """Every tenth round is a long one; the others take turns first, and are drawn then."""
    tens, rest = divmod(number, 10)
    if rest == 9:
        return LONG_KINDS[tens % len(LONG_KINDS)]
    place = number - tens
    return KINDS[place] if place < len(KINDS) else rng.choice(KINDS)
