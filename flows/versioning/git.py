"""The git commands of this project: they never touch the user's branch, index or files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

#: Who commits where git knows no name and address.
_NOBODY = {"NAME": "Topological autoencoders, judged", "EMAIL": "study@localhost"}


class GitError(RuntimeError):
    """Git is missing, or refused what was asked; the message has its words."""


def git(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run git in this folder, with variables beside the process's own; return what it printed.

    Raises
    ------
    GitError
        Where git is not installed, or ends with another status than 0.
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            # Nobody sits before a run at night: a question would hang it.
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except OSError as error:
        raise GitError(f"git cannot be run ({error.strerror}): install it") from error
    if done.returncode != 0:
        raise GitError(f"git {arguments[0]}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.rstrip("\n")


def in_repository() -> bool:
    """Whether there is git, and this folder is in a work tree of its."""
    try:
        return git("rev-parse", "--is-inside-work-tree") == "true"
    except GitError:
        return False


def head() -> str | None:
    """Return the commit that is checked out, or None where there is none yet."""
    try:
        return git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitError:
        return None


def identity() -> dict[str, str]:
    """Return variables that name author and committer, none where git knows them itself."""
    try:
        for role in ("AUTHOR", "COMMITTER"):
            git("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT")
    except GitError:
        return {
            f"GIT_{role}_{part}": os.environ.get(f"GIT_{role}_{part}", value)
            for role in ("AUTHOR", "COMMITTER")
            for part, value in _NOBODY.items()
        }
    return {}
