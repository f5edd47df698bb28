"""The end of a stage whose units ran, when all its tables are written."""

from __future__ import annotations

from collections.abc import Sequence

from flows.running.failures import raise_failures
from flows.running.provenance import write_provenance
from flows.versioning.last_stage import write_last_stage
from tasks.fanout import Outcome


def end_stage(stage: str, outcomes: Sequence[Outcome]) -> None:
    """Write down where the stage's tables come from and that they are written.

    Parameters
    ----------
    stage
        Name of the stage.
    outcomes
        How its units ended.

    Raises
    ------
    UnitsFailedError
        Where units failed.
    """
    write_provenance(stage, outcomes)
    write_last_stage(stage, "wrote")
    raise_failures(outcomes)
