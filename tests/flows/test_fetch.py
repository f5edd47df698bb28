from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from flows import fetch as module
from flows.fetch import fetch
from tests.flows.checkout import TINY
from topo.datasets import mnist
from topo.params import Params, parse_params

IMAGES, LABELS = mnist.PART_FILES["test"]
PLACE = Path("data/raw")


@pytest.fixture
def params() -> Params:
    return parse_params(yaml.safe_load(yaml.safe_dump(TINY)))


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
    mirror = make_files(tmp_path / "mirror")
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    for name in (IMAGES, LABELS):
        (wrong / name).write_bytes(b"something else")
    monkeypatch.setattr(module, "MIRRORS", (f"{wrong.as_uri()}/", f"{mirror.as_uri()}/"))
    fetch(params)
    assert unavailable() == {}


class Faulty(BaseHTTPRequestHandler):
    """A mirror that has one file under another's content, breaks off in the other, and no more."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path.startswith("/here/") else 404)
        self.send_header("Content-Length", "100" if self.path.endswith(LABELS) else "9")
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
def test_damaged_file_stops_with_both_checksums(
    params: Params, place: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_files(Path(place))
    (folder / IMAGES).write_bytes(content)
    monkeypatch.setenv("MNIST_DIR", "elsewhere")
    with pytest.raises(ValueError) as caught:
        fetch(params)
    message = str(caught.value)
    assert str(folder / IMAGES) in message
    assert hashlib.sha256(IMAGES.encode()).hexdigest() in message
    assert hashlib.sha256(content).hexdigest() in message


def test_nothing_is_fetched_where_mnist_is_not_wanted() -> None:
    given = yaml.safe_load(yaml.safe_dump(TINY))
    del given["datasets"]["mnist"]
    given["benchmark"]["datasets"].remove("mnist")
    fetch(parse_params(given))
    assert unavailable() == {}
    assert not (PLACE / "mnist").exists()
