"""What a run ends with in the terminal: one screen, and where the rest stands."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

from flows import store
from flows.running.durations import format_core_seconds, format_seconds
from topo.statements import Judged
from topo.statements.text import findings_markdown
from topo.table import describe_brief_table1, describe_paper_table1, to_text
from topo.table.text import WIDTH

#: What is missing has a line each, and these at most.
_MOST_MISSING = 4


def summary_text(judged: Sequence[Judged], table: pd.DataFrame, missing: Sequence[str]) -> str:
    """Write the verdicts in numbers, Table 1 in the paper's columns, and what is missing.

    Parameters
    ----------
    judged
        As `topo.statements.judge` returns them.
    table
        As `topo.table.table1` returns it.
    missing
        A sentence for each thing that the run lacks.

    Returns
    -------
    str
        Lines of at most 110 characters, about thirty of them. Ends with a newline.
    """
    counts = findings_markdown(judged).partition("\n")[0]
    lines = [to_text(describe_brief_table1(describe_paper_table1(table))), counts]
    lines += [textwrap.shorten(each, WIDTH, placeholder=" ...") for each in missing[:_MOST_MISSING]]
    if len(missing) > _MOST_MISSING:
        lines.append(f"and {len(missing) - _MOST_MISSING} more are missing")
    return "\n".join(lines) + "\n"


def print_summary(*, began: float, elapsed: float) -> None:
    """Print the summary of the report, what the run took, and as its last line the page's path.

    Parameters
    ----------
    began
        When the run began, in seconds since 1970.
    elapsed
        Seconds that it took.
    """
    print()
    print((store.REPORT / "summary.txt").read_text(), end="")
    print(f"All verdicts, with what decided each: {store.REPORT / 'report.txt'}")
    print(_costs(began, elapsed))
    print((store.REPORT / "report.html").absolute(), flush=True)


def _costs(began: float, elapsed: float) -> str:
    """Say what the run took; a stage that it did not run has written nothing since it began."""
    ran = [path for path in store.PROVENANCE.glob("*.json") if path.stat().st_mtime >= began]
    units = [unit for path in ran for unit in json.loads(path.read_text())["units"]]
    took = f"This run took {format_seconds(elapsed)}"
    if not units:
        return f"{took}; all units had been finished before"
    return f"{took}; its units took {format_core_seconds(_seconds(units))}"


def _seconds(units: Sequence[dict[str, Any]]) -> float:
    return sum(float(unit["seconds"]) for unit in units)
