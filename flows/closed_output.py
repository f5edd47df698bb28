"""What happens when nobody reads a command's output any more, as after ``| head``."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from typing import TextIO

#: What a shell says of a tool that was ended because its reader had gone.
READER_GONE = 128 + signal.SIGPIPE


def run_while_read(command: Callable[[], int]) -> int:
    """Run a command, and end it quietly where the reader of its output goes away.

    Returns its exit status; that of a tool which SIGPIPE ends where the reader is gone.
    """
    try:
        try:
            return command()
        finally:
            # What waits in the buffer would else be written at Python's end, with a complaint.
            _flush(sys.stdout)
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            if reader_is_gone(stream):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return READER_GONE


def reader_is_gone(stream: TextIO | None) -> bool:
    """See whether a stream is a pipe whose other end is closed; what broke is else another pipe."""
    try:
        descriptor = -1 if stream is None else stream.fileno()
    except OSError:  # no file: a test's, say
        return False
    if descriptor < 0:
        return False
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _flush(stream: TextIO | None) -> None:
    if stream is not None:
        stream.flush()
