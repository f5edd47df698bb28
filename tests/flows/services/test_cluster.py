"""Addresses, tokens, nodes and GPUs of a cluster, each asked on a real socket or a real Ray."""

from __future__ import annotations

import http.server
import os
import platform
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from importlib import metadata
from pathlib import Path

import grpc
import pytest

from flows.services import cluster
from flows.services.cluster import check_address, check_device, check_nodes
from tasks import versions

ROOT = Path(__file__).parents[3]


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections and never answers, as a host behind a packet filter."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def web_server() -> Iterator[str]:
    class Quiet(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{made.server_port}"
        made.shutdown()


@pytest.fixture
def other_server() -> Iterator[str]:
    """Speaks Ray's protocol, and knows nothing of Ray."""
    server = grpc.server(futures.ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


@pytest.fixture
def dead() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("silent", r"no answer within 1 s"),
        ("web_server", r"Failed parsing HTTP/2"),
        ("other_server", r"another program listens there"),
        ("dead", r"Connection refused"),
    ],
)
def test_address_without_a_cluster_is_named_in_seconds(
    kind: str, words: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster._ANSWER_SECONDS <= 10
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 1.0)
    address, started = request.getfixturevalue(kind), time.monotonic()
    with pytest.raises(
        RuntimeError, match=f"no Ray cluster answers at RAY_ADDRESS={address} .*{words}"
    ) as raised:
        check_address(address)
    assert "start it, correct the address, or unset it to have a local one" in str(raised.value)
    assert time.monotonic() - started < 5


def test_host_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 1.0)
    with pytest.raises(
        RuntimeError, match=r"no Ray cluster answers at RAY_ADDRESS=no-host\.invalid"
    ):
        check_address("no-host.invalid:6379")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "auto",
        "local",
        "host",
        ":6379",
        "host:",
        "host:port",
        "127.0.0.1:99999",
        "h:0",
        "a b:1",
        "::1:6379",
        "ray://127.0.0.1:10001",
        "http://127.0.0.1:8265",
    ],
)
def test_address_of_another_form(address: str) -> None:
    with pytest.raises(RuntimeError, match="must be HOST:PORT of a cluster's head, got") as raised:
        check_address(address)
    assert repr(address) in str(raised.value)
    assert "unset it to have a local Ray" in str(raised.value)


@pytest.mark.usefixtures("ray_cluster")
def test_own_cluster_is_taken() -> None:
    check_address(os.environ["RAY_ADDRESS"])
    check_nodes()
    check_device("cpu")


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize(
    ("enabled", "header", "words"),
    [(False, (), "got none"), (True, (("authorization", "Bearer 0"),), "got another one")],
)
def test_cluster_asks_for_its_token(enabled: bool, header: tuple, words: str, monkeypatch) -> None:
    authentication = "ray._private.authentication"
    monkeypatch.setattr(
        f"{authentication}.authentication_utils.is_token_auth_enabled", lambda: enabled
    )
    interceptor = f"{authentication}.grpc_authentication_client_interceptor"
    monkeypatch.setattr(f"{interceptor}._get_authentication_metadata_tuple", lambda: header)
    with pytest.raises(RuntimeError, match=f"asks for a token, {words}") as raised:
        check_address(os.environ["RAY_ADDRESS"])
    assert "set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to the file" in str(raised.value)


def test_token_that_cannot_be_read(dead: str) -> None:
    """In a process of its own, since Ray reads its variables once."""
    program = (
        "import sys; from flows.services.cluster import check_address; check_address(sys.argv[1])"
    )
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": "/no/token"}
    done = subprocess.run(
        [sys.executable, "-c", program, dead],
        cwd=ROOT,
        env={**os.environ, **token},
        capture_output=True,
        text=True,
    )
    assert f"no token for the Ray cluster at RAY_ADDRESS={dead} (" in done.stderr
    assert "cannot be opened or is empty: /no/token): set RAY_AUTH_MODE=token" in done.stderr


@pytest.mark.usefixtures("ray_cluster")
def test_cluster_of_another_ray_is_refused() -> None:
    """In a process of its own, since this one is connected."""
    program = (
        "import ray; from flows.services.local import ray_cluster; ray.__version__ = '2.0.0'\n"
        "with ray_cluster(None): raise SystemExit('it was taken')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={name: each for name, each in os.environ.items() if name != "TOPO_LOCAL_RAY"},
        capture_output=True,
        text=True,
    )
    said = done.stderr.splitlines()[-1]
    address, version = os.environ["RAY_ADDRESS"], metadata.version("ray")
    assert f"the Ray cluster at RAY_ADDRESS={address} cannot be used (" in said
    assert f"Ray: {version}" in said
    assert "Ray: 2.0.0" in said
    assert "use the cluster's versions of Python and Ray here" in said


@pytest.mark.usefixtures("ray_cluster")
def test_machine_outside_of_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ray._private.services.find_node_ids", lambda: {"0" * 56})
    address = os.environ["RAY_ADDRESS"]
    with pytest.raises(RuntimeError, match="this machine is no node of the Ray cluster") as raised:
        check_address(address)
    assert f"join it with `ray start --address={address} --temp-dir=" in str(raised.value)


@pytest.mark.usefixtures("ray_cluster")
def test_nodes_with_other_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    here = dict(versions.installed_versions())
    monkeypatch.setattr(versions, "_looked_up", lambda: {**here, "torch": "0.1", "scipy": "0.2"})
    with pytest.raises(RuntimeError, match="the Ray cluster differs from") as raised:
        check_nodes()
    lines = str(raised.value).splitlines()
    assert lines[1] == (
        f"  node {platform.node()} (127.0.0.1) has scipy {here['scipy']} instead of 0.2, "
        f"torch {here['torch']} instead of 0.1"
    )
    assert "install constraints.txt in the same Python there" in lines[2]


@pytest.mark.usefixtures("ray_cluster")
def test_cluster_without_a_gpu_is_refused() -> None:
    words = "--device cuda needs a Ray cluster with a GPU, this one has 2 cores and no GPU: add a"
    with pytest.raises(RuntimeError, match=words):
        check_device("cuda")
