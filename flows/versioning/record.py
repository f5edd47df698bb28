"""A finished run as a git tag: what is tracked plus dvc.lock, beside the user's own branch.

The commit is made by plumbing, with an index of its own: the branch, the index and the files stay
as they are. `git checkout TAG` and `dvc checkout` bring the results back.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows import store
from flows.lock import sole_run
from flows.services.child import child_command
from flows.versioning.git import git, head, identity, in_repository

#: Before the date and time in a record's tag: their order is that of the runs.
_PREFIX = "results/"
_LAST_LINES = 5
_HEADER_LINES = 2


@dataclass(frozen=True)
class Record:
    """How the results of a run are kept.

    Attributes
    ----------
    tag
        The tag that has them; None where there is no git.
    before
        What the run is compared with: the record before it, or ``HEAD`` where it is the first;
        None where there is neither.
    changed
        Whether the tag is new: a run that changed nothing needs none.
    """

    tag: str | None
    before: str | None
    changed: bool

    @property
    def sentence(self) -> str:
        """What to tell people."""
        if self.tag is None:
            return f"no git repository here, so no tag keeps this run; {store.RESULTS} has it"
        if not self.changed:
            return f"nothing has changed since {self.tag}"
        return f"recorded as {self.tag}: `git checkout {self.tag}` and `dvc checkout` bring it back"


def record(*, ended: datetime) -> Record:
    """Tag what is tracked plus dvc.lock, unless the newest record has just that.

    Raises
    ------
    RuntimeError
        Where another run works in this checkout, or git refuses.
    """
    if not in_repository():
        return Record(None, None, changed=False)
    with sole_run():
        newest, tree = _newest_tag(), _write_tree()
        if newest is not None and git("rev-parse", f"{newest}^{{tree}}") == tree:
            return Record(newest, newest, changed=False)
        before = newest or (None if head() is None else "HEAD")
        return Record(_tag(tree, ended), before, changed=True)


def metrics_diff(before: str | None, after: str) -> str:
    """Compare the metrics of two revisions: a table in Markdown, or a sentence."""
    if before is None:
        return "There is nothing before it to compare with."
    done = _dvc("metrics", "diff", "--md", before, after)
    if done.returncode != 0:
        return f"The metrics cannot be compared:\n{_last_lines(done)}"
    header, rows = _split(done.stdout.strip())
    if not rows and "failed to load" in done.stderr:
        return (
            f"The metrics of {before} and {after} cannot be compared: not both of them are here. A "
            "report writes them, and `dvc pull` brings those that were pushed."
        )
    if not rows:
        return "No metric has changed."
    # A file's name that stands in every line pushes the change off the page.
    if len({row[1].strip() for row in rows}) == 1:
        header, rows = ([[row[0], *row[2:]] for row in part] for part in (header, rows))
    return "\n".join("|".join(row) for row in (*header, *rows))


def push_record(made: Record) -> None:
    """Send a record to where others can get it: files to DVC's remote, the tag to ``origin``.

    Raises
    ------
    RuntimeError
        Says what is missing and what to do. The record itself stays.
    """
    if made.tag is None:
        raise RuntimeError("push needs a git repository: `git init`, or leave push out")
    kept = f"{made.tag} is recorded here, but it is not pushed"
    done = _dvc("push")
    if done.returncode != 0:
        raise RuntimeError(
            f"{kept}: `dvc push` failed; name a remote by `dvc remote add --default NAME URL`, or "
            f"mend this one:\n{_last_lines(done)}"
        )
    try:
        git("push", "--quiet", "origin", f"refs/tags/{made.tag}")
    except RuntimeError as error:
        raise RuntimeError(
            f"{kept} to git, only to DVC's remote: name a repository by `git remote add origin "
            f"URL`, or mend this one:\n{error}"
        ) from error


def _newest_tag() -> str | None:
    pattern = f"refs/tags/{_PREFIX}"
    newest = git(
        "for-each-ref", "--count=1", "--sort=-refname", "--format=%(refname:strip=2)", pattern
    )
    return newest or None


def _write_tree() -> str:
    """Have git store what is tracked, as it stands in the files, plus dvc.lock."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        own = Path(git("rev-parse", "--git-path", "index"))
        if own.exists():
            shutil.copyfile(own, index)
        environment = {"GIT_INDEX_FILE": str(index)}
        git("add", "--update", environment=environment)
        if store.DVC_LOCK.exists():
            git("add", "--force", "--", str(store.DVC_LOCK), environment=environment)
        return git("write-tree", environment=environment)


def _tag(tree: str, ended: datetime) -> str:
    commit, parents = head(), []
    if commit is not None:
        parents = ["-p", commit]
    message = f"Results of the run that ended at {ended:%Y-%m-%d %H:%M} UTC"
    made = git("commit-tree", tree, *parents, "-m", message, environment=identity())
    tag = f"{_PREFIX}{ended:%Y%m%dT%H%M%SZ}"
    # No tag object: one would be signed where the user signs tags, and ask for a passphrase.
    git("update-ref", f"refs/tags/{tag}", made, "")
    return tag


def _split(table: str) -> tuple[list[list[str]], list[list[str]]]:
    """Cells of a Markdown table: those of its header, and the others."""
    cells = [line.split("|") for line in table.splitlines()]
    return cells[:_HEADER_LINES], cells[_HEADER_LINES:]


def _dvc(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        child_command("dvc", *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def _last_lines(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:])
