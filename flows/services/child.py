"""Start a module that ends when its parent does: `python -m flows.services.child ...`.

What is set here before the other program takes this process over stays set in it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Have Linux end this process when its parent dies, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def child_command(*arguments: str) -> list[str]:
    """Return the command that runs ``python -m`` with arguments as such a child."""
    return [sys.executable, "-m", "flows.services.child", str(os.getpid()), *arguments]


def main() -> None:
    """Become ``python -m MODULE ARGUMENTS``; the first argument is the parent's process number."""
    parent, *arguments = sys.argv[1:]
    end_with_parent()
    # A shell has its background jobs ignore it, and the parent ends its children by it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The parent may have died before the line above.
    if os.getppid() == int(parent):
        os.execv(sys.executable, [sys.executable, "-m", *arguments])


if __name__ == "__main__":
    main()
