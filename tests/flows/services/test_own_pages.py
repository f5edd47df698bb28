"""Who a local Prefect server answers: its own pages and Prefect's client, and no other page."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.settings import PREFECT_API_URL, temporary_settings
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from flows.services.prefect_server import LocalServer, prefect_server
from flows.store import CACHE
from tests.cluster import wait_for
from tests.flows.checkout import ROOT
from tests.topo.report.browser import CHROMIUM, browser

ELSEWHERE = "http://elsewhere.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "RAY_ADDRESS"):
            patch.delenv(name, raising=False)
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.chdir(tmp_path_factory.mktemp("server"))
        CACHE.mkdir()
        with prefect_server() as server:
            server.wait_until_healthy()
            yield server


def ask(
    server: LocalServer, path: str, headers: Mapping[str, str], *, method: str = "GET"
) -> tuple[int, str | None, str]:
    """Status, the origin that may read the answer, and the answer."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    # A request without a body, as a form of any page sends it.
    connection.request(method, path, headers={"Host": place.netloc, **headers})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("access-control-allow-origin"), text


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", [ELSEWHERE, "http://127.0.0.1:8888", "null"])
def test_page_of_another_origin_reads_and_does_nothing(
    server: LocalServer, method: str, origin: str
) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    status, allowed, _ = ask(server, "/api/flows/count", headers, method=method)
    assert (status, allowed) == (403, None)


@pytest.mark.parametrize("host", ["elsewhere.example", "elsewhere.example:4200", "127.0.0.1.a"])
@pytest.mark.parametrize("path", ["/api/health", "/", "/ui-settings"])
def test_name_that_leads_here_is_refused(server: LocalServer, host: str, path: str) -> None:
    assert ask(server, path, {"Host": host, "Origin": f"http://{host}"})[0] == 400
    assert ask(server, path, {"Host": host})[0] == 400


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_own_pages_are_served_and_ask_where_they_came_from(server: LocalServer, name: str) -> None:
    port = urlsplit(server.url).port
    own = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
    status, _, page = ask(server, "/", {**own, "Accept": "text/html"})
    assert status in (200, 307), page
    settings = json.loads(ask(server, "/ui-settings", own)[2])
    assert settings["api_url"] == server.url
    status, allowed, count = ask(server, "/api/flows/count", own, method="POST")
    assert (status, allowed) == (200, own["Origin"])
    assert int(count) >= 0


def test_events_are_not_told_to_another_page(server: LocalServer) -> None:
    events = server.url.replace("http", "ws", 1) + "/events/in"
    with connect(events, origin=server.url.removesuffix("/api")):
        pass
    with pytest.raises(InvalidStatus, match="403"):
        connect(events, origin=ELSEWHERE)


def test_own_client_runs_a_flow(server: LocalServer) -> None:
    @flow(name="asked")
    def stage() -> int:
        return 1

    with temporary_settings({PREFECT_API_URL: server.url}):
        assert stage() == 1
    _, _, count = ask(server, "/api/flows/count", {}, method="POST")
    assert int(count) >= 1


#: One white pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)


@pytest.mark.proof
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, Debian's package chromium")
@pytest.mark.parametrize("pages", ["", "/v2"])
def test_artifact_s_own_page_shows_its_table_and_its_picture(
    server: LocalServer, tmp_path: Path, pages: str
) -> None:
    """In both of Prefect's user interfaces."""
    markdown = f"| dataset |\n| --- |\n| SPHERES |\n\n![A pixel](data:image/png;base64,{PIXEL})\n"

    @flow
    def publish() -> UUID:
        return create_markdown_artifact(markdown, key="tune-results")

    with temporary_settings({PREFECT_API_URL: server.url}):
        number = publish()
    place = f"{server.url.removesuffix('/api')}{pages}/artifacts/artifact/{number}"
    picture = "[...document.images].some(e => e.src.startsWith('data:image/png') && e.naturalWidth)"
    with browser(tmp_path / "profile") as page:
        page.call("Page.navigate", url=place)
        assert wait_for(lambda: page.run(picture), seconds=60)
        assert "SPHERES" in page.run("document.body.innerText")
