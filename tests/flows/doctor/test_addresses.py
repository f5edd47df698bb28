"""Addresses that are dead, wrong, or alive, each on a real socket: to doctor and to a run."""

from __future__ import annotations

import http.server
import os
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from flows.addresses import check_server, is_healthy
from flows.doctor.machine import check_prefect_server, check_ray_cluster
from flows.environment import set_environment

pytestmark = pytest.mark.usefixtures("no_services")

PASSWORD = "s3cret/with@signs"


class Answer(http.server.BaseHTTPRequestHandler):
    """What a Prefect server says under /api/health, and another program elsewhere."""

    def do_GET(self) -> None:
        self.server.asked_with = self.headers.get("Authorization")
        texts = {"/api/health": b"true", "/sick/health": b"false", "/web/health": b"<html>"}
        self.send_response(200 if self.path in texts else 404)
        self.end_headers()
        self.wfile.write(texts.get(self.path, b""))

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[http.server.ThreadingHTTPServer]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def server(web: http.server.ThreadingHTTPServer) -> str:
    """Address of a server of `Answer`."""
    return f"http://127.0.0.1:{web.server_port}"


@pytest.fixture
def babbler() -> Iterator[str]:
    """Address of a program that answers, and not in HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def babble() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"220 smtp ready\r\n")

        threading.Thread(target=babble, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        listening.shutdown(socket.SHUT_RDWR)


def refusal(url: str) -> str:
    """What a run says of an address; nothing where it takes it."""
    try:
        check_server(url, seconds=3.0)
    except RuntimeError as error:
        return str(error)
    return ""


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


@pytest.mark.parametrize("variable", ["PREFECT_API_URL", "RAY_ADDRESS"])
def test_empty_address_is_none_to_a_run_too(variable: str, monkeypatch) -> None:
    monkeypatch.setenv(variable, "")
    states = [check_prefect_server().state, check_ray_cluster().state]
    set_environment()
    assert states == ["ok", "ok"]
    assert variable not in os.environ


def test_dead_server(dead_port: int, monkeypatch) -> None:
    url = f"http://127.0.0.1:{dead_port}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"no Prefect server answers at PREFECT_API_URL={url} (" in finding.found
    assert "refused" in finding.found
    assert "start it, correct the address, which ends in /api, or unset it" in finding.remedy
    assert refusal(url) == f"{finding.found}: {finding.remedy}"


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/api", "ok", "answers"),
        ("/api/", "ok", "answers"),
        ("", "problem", "404"),
        ("/web", "problem", "no Prefect server answers"),
        ("/sick", "problem", "says that it is not healthy"),
    ],
)
def test_server_that_answers(server: str, path: str, state: str, words: str, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", server + path)
    finding = check_prefect_server()
    assert finding.state == state
    assert words in finding.found
    assert (refusal(server + path) == "") == is_healthy(server + path) == (state == "ok")


BAD = ["localhost:4200/api", "nonsense", "http://[::1", "http://a:b/api", "http://a b/api"]


@pytest.mark.parametrize("url", BAD)
def test_address_that_is_none(url: str, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"no Prefect server answers at PREFECT_API_URL={url} (" in finding.found
    assert refusal(url).startswith(finding.found)
    assert not is_healthy(url)


def test_program_that_speaks_no_http_is_no_server(babbler: str, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", babbler)
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"at PREFECT_API_URL={babbler} (220 smtp ready)" in finding.found
    assert refusal(babbler).startswith(finding.found)


@pytest.mark.parametrize("url", [*BAD, "http://127.0.0.1:9/api"])
def test_password_in_an_address_is_not_printed(url: str, monkeypatch) -> None:
    scheme, separator, rest = url.rpartition("//")
    monkeypatch.setenv("PREFECT_API_URL", f"{scheme}{separator}study:{PASSWORD}@{rest}")
    finding = check_prefect_server()
    assert finding.state == "problem"
    assert f"PREFECT_API_URL={scheme}{separator}***@{rest} (" in finding.found
    assert "s3cret" not in str(finding) + refusal(os.environ["PREFECT_API_URL"])


def test_password_is_handed_to_the_server(server: str, web, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", f"{server.replace('//', '//a:b%40c@')}/api")
    assert check_prefect_server()[1:3] == (
        "ok",
        f"{server.replace('//', '//***@')}/api answers",
    )
    assert web.asked_with == "Basic YTpiQGM="


def test_dead_cluster(dead_port: int, monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{dead_port}")
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert f"no Ray cluster answers at RAY_ADDRESS=127.0.0.1:{dead_port} (" in finding.found
    assert "start it, correct the address, or unset it" in finding.remedy


def test_program_that_listens_is_no_cluster(server: str, monkeypatch) -> None:
    address = server.removeprefix("http://")
    monkeypatch.setenv("RAY_ADDRESS", address)
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert f"no Ray cluster answers at RAY_ADDRESS={address} (" in finding.found


@pytest.mark.usefixtures("ray_cluster")
def test_cluster_that_a_run_takes(monkeypatch) -> None:
    from ray import get_runtime_context

    address = get_runtime_context().gcs_address
    monkeypatch.setenv("RAY_ADDRESS", address)
    found = f"{address} answers, and this machine is one of its nodes"
    assert check_ray_cluster()[1:3] == ("ok", found)
    monkeypatch.setattr("ray._private.services.find_node_ids", lambda: {"0" * 56})
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert "this machine is no node of the Ray cluster" in finding.found
    assert "ray start --address=" in finding.remedy


@pytest.mark.usefixtures("ray_cluster")
def test_cluster_that_asks_for_another_token(monkeypatch) -> None:
    from ray import get_runtime_context

    monkeypatch.setenv("RAY_ADDRESS", get_runtime_context().gcs_address)
    interceptor = "ray._private.authentication.grpc_authentication_client_interceptor"
    other = (("authorization", "Bearer 0"),)
    monkeypatch.setattr(f"{interceptor}._get_authentication_metadata_tuple", lambda: other)
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert "asks for a token, got another one" in finding.found
    assert "set RAY_AUTH_MODE=token" in finding.remedy


@pytest.mark.parametrize(
    "address",
    [
        *("host", "http://host:8265", "host:port", ":6379", "a:1:2", "127.0.0.1:99999"),
        *("ray://127.0.0.1:10001", "auto", "local"),
    ],
)
def test_address_of_no_cluster(address: str, monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert finding.found == f"RAY_ADDRESS must be HOST:PORT of a cluster's head, got {address!r}"
    assert "unset it to have a local Ray" in finding.remedy


def test_cluster_cannot_be_asked_without_ray(monkeypatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "host:6379")
    monkeypatch.setitem(sys.modules, "ray", None)
    finding = check_ray_cluster()
    assert finding.state == "problem"
    assert "RAY_ADDRESS=host:6379 could not be asked: Ray cannot be imported" in finding.found
