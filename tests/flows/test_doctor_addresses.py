"""Addresses that are dead, wrong, or alive, each on a real socket."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from flows.doctor.addresses import check_prefect_server, check_ray_cluster

pytestmark = pytest.mark.usefixtures("no_services")


class Answer(http.server.BaseHTTPRequestHandler):
    """What a Prefect server says under /api/health, and another program elsewhere."""

    def do_GET(self) -> None:
        texts = {"/api/health": b"true", "/sick/health": b"false", "/web/health": b"<html>"}
        self.send_response(200 if self.path in texts else 404)
        self.end_headers()
        self.wfile.write(texts.get(self.path, b""))

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """Address of a server of `Answer`."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that is taken, so that nobody else listens there, and refuses all."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_without_addresses_a_run_starts_its_own() -> None:
    assert check_prefect_server()[1:3] == (
        "ok",
        "PREFECT_API_URL is not set: a run starts a local server",
    )
    assert check_ray_cluster().state == "ok"


def test_dead_server(dead_port: int, monkeypatch) -> None:
    url = f"http://127.0.0.1:{dead_port}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"no server answers at PREFECT_API_URL={url} (" in finding.found
    assert "refused" in finding.found
    assert "start it, correct the address, which ends in /api, or unset it" in finding.remedy


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/api", "ok", "answers"),
        ("/api/", "ok", "answers"),
        ("", "problem", "404"),
        ("/web", "problem", "no server answers"),
        ("/sick", "problem", "says that it is not healthy"),
    ],
)
def test_server_that_answers(server: str, path: str, state: str, words: str, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", server + path)
    finding = check_prefect_server()
    assert finding.state == state
    assert words in finding.found


@pytest.mark.parametrize("url", ["localhost:4200/api", "nonsense", "http://[::1", "http://a:b/api"])
def test_address_that_is_none(url: str, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"no server answers at PREFECT_API_URL={url} (" in finding.found


def test_dead_cluster(dead_port: int, monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{dead_port}")
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert f"nothing listens at RAY_ADDRESS=127.0.0.1:{dead_port} (" in finding.found
    assert "start the cluster, correct the address, or unset it" in finding.remedy


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_cluster_that_listens(scheme: str, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"{scheme}127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        assert check_ray_cluster()[1:3] == ("ok", f"{address} listens")


@pytest.mark.parametrize("address", ["host", "http://host:8265", "host:port", ":6379", "a:1:2"])
def test_address_of_no_cluster(address: str, monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert finding.found == f"RAY_ADDRESS={address} is no address of a cluster"
    assert "it must read HOST:PORT" in finding.remedy


def test_port_that_cannot_be(monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:99999")
    assert check_ray_cluster().state == "problem"


@pytest.mark.parametrize("address", ["auto", "local"])
def test_address_that_starts_a_cluster_unasked(address: str, monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    finding = check_ray_cluster()
    assert finding.state == "warning"
    assert "starts it unasked" in finding.found
