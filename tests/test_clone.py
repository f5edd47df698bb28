"""A clone has the bytes that were committed, whatever its user's Git does with ends of lines."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def git(folder: Path, *command: str) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "A Tester"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "tester@example.com"),
    }
    done = subprocess.run(
        ["git", *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_end_of_line_is_converted(tmp_path: Path) -> None:
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    committed = tmp_path / "committed"
    names = [name for name in listed if name and (ROOT / name).is_file()]
    for name in names:
        (committed / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, committed / name)
    git(committed, "init", "--quiet")
    git(committed, "add", "--all", "--force")
    git(committed, "commit", "--quiet", "--message", "As it is here")
    # What Git for Windows sets, and some people everywhere.
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", "committed", "clone")
    changed = [
        name
        for name in names
        if (tmp_path / "clone" / name).read_bytes() != (ROOT / name).read_bytes()
    ]
    assert changed == []
    assert git(tmp_path / "clone", "status", "--porcelain") == ""
