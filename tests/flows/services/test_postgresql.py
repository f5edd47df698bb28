"""The server on PostgreSQL, as the manual says it is chosen."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster import wait_for
from tests.flows.checkout import copy_project, shared_services
from tests.manual import blocks

pytestmark = pytest.mark.proof

#: Who runs the database where the tests run as root, which it refuses.
USERS = ("postgres", "nobody")


def program(name: str) -> str:
    places = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which(name, path=os.pathsep.join([*places, os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"{name} was not found: install the packages postgresql and postgresql-client")
    return found


def unprivileged() -> list[str]:
    """What to put before a command so that root does not run it."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv was not found: install the package util-linux, or do not run as root")
    return ["setpriv", f"--reuid={_user()}", f"--regid={_user()}", "--clear-groups"]


def _user() -> str:
    with open("/etc/passwd", encoding="utf-8") as users:
        known = {line.split(":")[0] for line in users}
    return next(user for user in USERS if user in known)


def printed() -> tuple[list[str], str]:
    """The arguments for `psql` and the address that the manual prints."""
    (block,) = [block for block in blocks("sh") if "psql" in block]
    made, chosen = block.splitlines()
    assert made.startswith("sudo -u postgres psql ")
    return shlex.split(made)[4:], chosen.partition("=")[2]


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A database on loopback as Debian sets it up, in a folder; its address for the server.

    Its administrator comes through a socket, and everybody else by a password.
    """
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, _user())
    initdb, postgres, psql = program("initdb"), program("postgres"), program("psql")
    data, user = folder / "data", unprivileged()
    access = ["--auth-local=trust", "--auth-host=scram-sha-256", "-U", "postgres"]
    subprocess.run(
        [*user, initdb, "-D", str(data), *access, "-E", "UTF8", "--no-sync"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "fsync": "off",
    }
    settings = [part for pair in options.items() for part in ("-c", "=".join(pair))]
    process = subprocess.Popen(
        [*user, postgres, "-D", str(data), "-p", str(port), *settings],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    statements, address = printed()
    try:
        ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        assert wait_for(lambda: subprocess.run(ready).returncode == 0)
        administrator = [*user, psql, "-q", "-h", str(folder), "-p", str(port), "-U", "postgres"]
        subprocess.run([*administrator, *statements], cwd=folder, check=True)
        yield address.replace("127.0.0.1/", f"127.0.0.1:{port}/")
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_runs_are_rows_of_the_database(tmp_path: Path) -> None:
    checkout = copy_project(tmp_path)
    # Nobody but their owner gets into pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    folder.chmod(0o755)
    try:
        with postgresql(folder / "server") as address:
            name = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
            checkout.environment[name] = address
            with shared_services(checkout):
                for stage in ("fetch", "prepare"):
                    done = checkout.run("flows", stage)
                    assert done.returncode == 0, done.stdout + done.stderr
            query = (
                "SELECT flow.name, flow_run.state_type FROM flow_run "
                "JOIN flow ON flow.id = flow_run.flow_id"
            )
            answer = subprocess.run(
                [program("psql"), "-Atc", query, address.replace("+asyncpg", "")],
                capture_output=True,
                text=True,
                check=True,
            )
    finally:
        shutil.rmtree(folder)
    assert answer.stdout.split() == ["prepare|COMPLETED"]
    # Nothing fell back to a file.
    assert not list((checkout.folder / ".cache").rglob("*.db"))
