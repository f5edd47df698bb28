"""What a terminal shows while units run: a display drawn anew, below lines that stay.

Elsewhere (a file, a pipe, a build server) there is none; see `flows.running.progress`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import prefect
from prefect.logging.handlers import PrefectConsoleHandler
from prefect.settings import get_current_settings
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from flows.running.durations import format_seconds
from flows.services.prefect_server import is_local_server
from tasks.fanout import FanOut

#: Units that run are named while there are lines for them.
_MOST_NAMED = 12
_LINES_OF_OTHERS = 8

#: Why a run failed is told by the stage itself, once.
_OF_RUNS = ("prefect.flow_runs", "prefect.task_runs")
_PREFECT = str(Path(prefect.__file__).parent)
_STYLES = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "bold red"}


@cache
def terminal() -> Console | None:
    """Return the terminal that standard error is, or None where nothing can be drawn anew."""
    console = Console(stderr=True, highlight=False)
    is_one = console.file.isatty() and not console.is_dumb_terminal
    return console if is_one else None


@contextmanager
def plain_lines() -> Iterator[None]:
    """Have the log's lines in a terminal for a block, in their own words.

    What Prefect says of every run at its beginning and end is left out: its pages show that. Where
    there is no terminal, lines are as Prefect writes them.
    """
    console = terminal()
    if console is None:
        yield
        return
    handlers = [each for each in logging.root.handlers if isinstance(each, PrefectConsoleHandler)]
    line = _TerminalHandler(console)
    for each in handlers:
        logging.root.removeHandler(each)
    logging.root.addHandler(line)
    try:
        yield
    finally:
        logging.root.removeHandler(line)
        for each in handlers:
            logging.root.addHandler(each)


class _TerminalHandler(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record, unless it is what Prefect itself says of a run's beginning or end."""
        of_run = record.name.startswith(_OF_RUNS) or record.levelno <= logging.INFO
        if of_run and record.pathname.startswith(_PREFECT):
            return
        self._console.print(
            Text(self.format(record), style=_STYLES.get(record.levelno, "")), soft_wrap=True
        )


@contextmanager
def live_display(console: Console) -> Iterator[Live]:
    """Have a display below the lines of the terminal for a block; it leaves nothing behind."""
    with Live(
        console=console, auto_refresh=False, transient=True, redirect_stdout=False
    ) as display:
        yield display


def draw(
    title: str, fanout: FanOut, *, n_units: int, summary: str, console: Console
) -> RenderableType:
    """Return what the display shows now: how far the stage is, and what runs since when."""
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column()
    bar.add_column(ratio=1)
    bar.add_column(justify="right")
    n_done = len(fanout.outcomes)
    bar.add_row(
        Text(title, style="bold"), ProgressBar(n_units, n_done), f"{n_done} of {n_units} units"
    )
    lines: list[RenderableType] = [bar, Text(summary)]
    room = max(1, min(_MOST_NAMED, console.height - _LINES_OF_OTHERS))
    lines += [Text(line, no_wrap=True, overflow="ellipsis") for line in _running(fanout, room)]
    if pages := _pages():
        lines.append(Text(f"Prefect shows it at {pages} until the run ends", style="dim"))
    return Group(*lines)


def _running(fanout: FanOut, room: int) -> Iterator[str]:
    """Yield a line for every unit that runs, the longest at work first."""
    now = time.monotonic()
    running = sorted(fanout.running.items(), key=lambda item: item[1])
    for name, since in running[:room]:
        yield f"  {format_seconds(now - since):>7}  {name}"
    if len(running) > room:
        yield f"           and {len(running) - room} more"


def _pages() -> str:
    """Return the address of the pages of a server that ends with the run, else nothing."""
    address = str(get_current_settings().api.url or "")
    return address.removesuffix("/api") if is_local_server() else ""
