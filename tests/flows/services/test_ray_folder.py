"""Where a local Ray has its files: short enough for its sockets, and closed to other users."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from flows.doctor.machine import check_ray_cluster
from flows.services import ray_folder
from flows.services.ray_folder import look_for_place, place_for_ray

NOBODY = 65534


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch):
    """Take a new folder whose path has some number of bytes as the temporary one."""
    made = Path(tempfile.mkdtemp(prefix="p-", dir="/tmp"))

    def take(n_bytes: int) -> Path:
        folder = made / ("x" * (n_bytes - len(str(made)) - 1))
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        return folder

    yield take
    shutil.rmtree(made)


def test_sockets_have_room_to_the_last_byte() -> None:
    from ray._private.utils import validate_socket_filepath

    longest = "x" * (ray_folder._MOST_BYTES - len(ray_folder._REST)) + ray_folder._REST
    validate_socket_filepath(longest)
    with pytest.raises(OSError, match="path length cannot exceed"):
        validate_socket_filepath(f"x{longest}")


@pytest.mark.parametrize(("system", "most_bytes", "most"), [("Linux", 107, 28), ("macOS", 103, 24)])
def test_long_temporary_folder_is_left_for_a_short_one(
    system: str, most_bytes: int, most: int, place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_folder, "_MOST_BYTES", most_bytes)
    short = place(most)
    assert place_for_ray() == short
    long = place(most + 1)
    assert place_for_ray() == Path("/tmp")
    assert look_for_place()[1] == [
        f"{long} has {most + 1} bytes, and a socket's path leaves room for {most}"
    ]


def test_characters_of_several_bytes_count_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "ü" * 12)
    assert "has 29 bytes" in look_for_place()[1][0]


@pytest.mark.usefixtures("no_services")
def test_doctor_knows_the_place(place, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place(48)
    finding = check_ray_cluster()
    assert finding.state == "ok"
    assert f"its files in /tmp ({long} has 48 bytes" in finding.found
    monkeypatch.setattr(ray_folder, "_PLACES", (Path("/nowhere"),))
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert finding.found.endswith("leaves room for 28; /nowhere cannot be written")
    assert finding.remedy == "name a folder with a short path by TMPDIR"
    with pytest.raises(OSError, match=r"has no place for its files: .* 28; /nowhere cannot be"):
        place_for_ray()


def test_place_where_everybody_may_exchange_it_is_not_taken(place) -> None:
    folder = place(26)
    folder.chmod(0o777)
    assert look_for_place() == (
        Path("/tmp"),
        [f"{folder} lets every user exchange what is in it"],
    )
    folder.chmod(0o1777)
    assert place_for_ray() == folder


def as_outsider(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who has nothing to do with the run."""
    if os.geteuid() != 0:
        pytest.skip("acts as another user: this test needs an administrator")
    return subprocess.run(
        list(map(str, command)),
        cwd="/",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )


@pytest.mark.usefixtures("ray_cluster")
def test_outsider_gets_nowhere_in_the_files_of_a_run() -> None:
    token = Path(os.environ["RAY_AUTH_TOKEN_PATH"])
    folder = token.parent
    (session,) = (each for each in folder.glob("*/session_*") if not each.is_symlink())
    assert as_outsider("ls", folder.parent).returncode == 0, "the outsider can do nothing at all"
    for command in (
        ("ls", folder),
        ("cat", token),
        ("cp", "/dev/null", token),
        ("rm", "-f", token),
        ("touch", folder / "new"),
        ("ls", session),
        ("mv", session / "logs", session / "old"),
        ("ln", "-sfn", "/etc", session / "logs"),
    ):
        done = as_outsider(*command)
        assert done.returncode != 0, command
        assert "Permission denied" in done.stderr, done.stderr
    assert session.is_dir()
    assert len(token.read_text()) == 64
