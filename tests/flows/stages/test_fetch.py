from __future__ import annotations

import copy
import gzip
import hashlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.stages import fetch as module
from flows.stages.fetch import fetch
from tests.flows.checkout import TINY
from topo.datasets import mnist
from topo.params import Params, parse_params

IMAGES, LABELS = mnist.PART_FILES["test"]
PLACE = Path("data/raw")


@pytest.fixture
def params() -> Params:
    return parse_params(copy.deepcopy(TINY))


@pytest.fixture(autouse=True)
def offline(in_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mirror answers, and made files stand for the published ones."""
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.setattr(module, "MIRRORS", ("http://127.0.0.1:9/",))
    made = {name: hashlib.sha256(name.encode()).hexdigest() for name in (IMAGES, LABELS)}
    monkeypatch.setattr(mnist, "MNIST_FILES", {**mnist.MNIST_FILES, **made})


def make_files(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in (IMAGES, LABELS):
        (folder / name).write_bytes(name.encode())
    return folder


def make_mirror(folder: Path, content: bytes | None = None) -> str:
    folder.mkdir()
    for name in (IMAGES, LABELS):
        (folder / f"{name}.gz").write_bytes(gzip.compress(content or name.encode()))
    return f"{folder.as_uri()}/"


def unavailable() -> dict[str, str]:
    return json.loads((PLACE / "unavailable.json").read_text())


def test_missing_files_are_said_and_do_not_stop(params: Params, capsys) -> None:
    fetch(params)
    reason = "nor on the mirrors (127.0.0.1:9 cannot be reached)"
    assert f"MNIST_DIR names, {reason}" in unavailable()["mnist"]
    printed = capsys.readouterr().out
    assert reason in printed
    assert "MNIST is unavailable" in printed
    assert "put the files there, or set MNIST_DIR, and run again" in printed


def test_files_come_from_the_folder_that_the_variable_names(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(params)
    monkeypatch.setenv("MNIST_DIR", str(make_files(tmp_path / "elsewhere")))
    fetch(params)
    assert unavailable() == {}
    assert (PLACE / "mnist" / IMAGES).read_bytes() == IMAGES.encode()
    # They stay, so that a later run needs the variable no more.
    monkeypatch.delenv("MNIST_DIR")
    fetch(params)
    assert unavailable() == {}


def test_files_come_from_a_mirror(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = make_mirror(tmp_path / "wrong", b"something else")
    monkeypatch.setattr(module, "MIRRORS", (wrong, make_mirror(tmp_path / "mirror")))
    fetch(params)
    assert unavailable() == {}
    assert (PLACE / "mnist" / LABELS).read_bytes() == LABELS.encode()


@pytest.mark.parametrize("place", ["data/raw/mnist", "elsewhere"])
@pytest.mark.parametrize("level", [1, 9])
def test_raw_data_are_the_same_however_they_were_compressed(
    params: Params, place: str, level: int, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    folder = make_files(Path(place))
    (folder / IMAGES).unlink()
    compressed = folder / f"{IMAGES.replace('-idx', '.idx')}.gz"
    compressed.write_bytes(gzip.compress(IMAGES.encode(), level, mtime=level))
    for _ in range(2):
        fetch(params)
        kept = {path.name: path.read_bytes() for path in (PLACE / "mnist").iterdir()}
        assert kept == {name: name.encode() for name in (IMAGES, LABELS)}
    said = f"{compressed} is removed: {PLACE / 'mnist' / IMAGES} has MNIST's content"
    assert (said in capsys.readouterr().out) == (place == "data/raw/mnist")
    # What is the user's own stays as it is.
    assert compressed.exists() == (place == "elsewhere")


def test_folder_in_a_file_s_place_is_named(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DIR", str(make_files(tmp_path / "elsewhere")))
    own = PLACE / "mnist" / IMAGES
    own.mkdir(parents=True)
    words = f"{IMAGES} must be a file, and is a folder: move it away"
    with pytest.raises(ValueError, match=words):
        fetch(params)
    shutil.copyfile(tmp_path / "elsewhere" / IMAGES, own.with_name(IMAGES.replace("-idx", ".idx")))
    with pytest.raises(OSError, match=words):
        fetch(params)


def test_mirror_s_answer_is_not_read_without_end(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []

    def refuse(name: str, content: bytes, *, source: str) -> bytes:
        given.append(len(content))
        raise ValueError("too long")

    monkeypatch.setattr(module, "mnist_content", refuse)
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    monkeypatch.setattr(module, "MIRRORS", (make_mirror(tmp_path / "large", bytes(999)),))
    fetch(params)
    assert given == [11, 11]
    assert "has another file of that name" in unavailable()["mnist"]


class Faulty(BaseHTTPRequestHandler):
    """A mirror that has one file under another's content, breaks off in the other, and no more."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path.startswith("/here/") else 404)
        self.send_header("Content-Length", "100" if self.path.endswith(f"{LABELS}.gz") else "9")
        self.end_headers()
        self.wfile.write(b"something")

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


def test_every_mirror_has_a_reason_of_its_own(
    params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        mirrors = (f"http://{host}/gone/", f"http://{host}/here/")
        monkeypatch.setattr(module, "MIRRORS", mirrors)
        fetch(params)
        server.shutdown()
    reasons = ("answers 404", "has another file of that name", "breaks off")
    assert unavailable()["mnist"].endswith(f"({'; '.join(f'{host} {each}' for each in reasons)})")
    # Nothing of it is kept, not even for a moment.
    assert not (PLACE / "mnist").exists()


def test_copy_that_is_cut_short_leaves_no_file(
    params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DIR", str(make_files(tmp_path / "elsewhere")))

    def cut(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "replace", cut)
        fetch(params)
    assert list((PLACE / "mnist").iterdir()) == []
    fetch(params)
    assert unavailable() == {}


@pytest.mark.parametrize("content", [b"", IMAGES.encode()[:-1], b"altered"])
@pytest.mark.parametrize("place", ["data/raw/mnist", "elsewhere"])
def test_damaged_file_stops_and_is_named(
    params: Params, place: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_files(Path(place))
    (folder / IMAGES).write_bytes(content)
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    with pytest.raises(ValueError) as caught:
        fetch(params)
    message = str(caught.value)
    assert f"{folder / IMAGES} is not MNIST's {IMAGES}, compressed by gzip or not: an " in message
    assert "put the right file there, or delete it and fetch it again" in message


def test_nothing_is_fetched_where_mnist_is_not_wanted() -> None:
    given = copy.deepcopy(TINY)
    del given["datasets"]["mnist"]
    given["benchmark"]["datasets"].remove("mnist")
    fetch(parse_params(given))
    assert unavailable() == {}
    assert not (PLACE / "mnist").exists()


def test_every_dataset_of_images_that_cannot_be_had_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = copy.deepcopy(TINY)
    given["datasets"]["few_digits"] = {**given["datasets"]["mnist"], "n_images": 200}
    monkeypatch.setattr(module, "MIRRORS", ())
    fetch(parse_params(given))
    assert set(unavailable()) == {"mnist", "few_digits"}
    assert len(set(unavailable().values())) == 1
