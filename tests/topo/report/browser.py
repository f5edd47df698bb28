"""A headless Chromium, driven through its DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    # Nothing outside this machine has an address, whatever the page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE = 60.0


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A browser with one empty page; it ends with the block."""
    assert CHROMIUM is not None
    # It leaves sockets in its temporary folder; their paths must be short.
    with TemporaryDirectory(prefix="c-", ignore_cleanup_errors=True) as temporary:
        process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            env={**os.environ, "TMPDIR": temporary},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(profile), max_size=None, proxy=None) as connection:
                yield Page(connection)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _address(profile: Path) -> str:
    """Address of the first page, once the browser has said which port it took."""
    announced, end = profile / "DevToolsActivePort", time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if announced.exists() and announced.read_text().count("\n"):
            port = announced.read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = [each for each in json.load(answer) if each["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise TimeoutError(f"Chromium did not start within {_PATIENCE:g} s")


class Page:
    """A page of the browser.

    Attributes
    ----------
    errors
        What the console, the policy and the script engine complained about.
    requests
        Addresses that were asked for.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._n_calls = 0
        self._loaded = False
        self.errors: list[str] = []
        self.requests: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the protocol, noting what happens meanwhile."""
        self._n_calls += 1
        self._connection.send(
            json.dumps({"id": self._n_calls, "method": method, "params": parameters})
        )
        while True:
            message = self._receive()
            if message.get("id") == self._n_calls:
                assert "error" not in message, message
                return dict(message["result"])

    def open(
        self, path: Path, *, width: int = 1200, dark: bool = False, still: bool = True, at: str = ""
    ) -> float:
        """Open a file in a window of some width; return the seconds that it took.

        `still` asks for no motion, `at` is what follows the file's name in the address.
        """
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        motion = {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}
        self.call("Emulation.setEmulatedMedia", features=[scheme, motion])
        # The same file with another end of its address would not be loaded anew.
        self._load("about:blank")
        self.errors.clear()
        self.requests.clear()
        start = time.monotonic()
        self._load(path.as_uri() + at)
        # The script runs before the page counts as loaded; a frame later it is drawn.
        self.run("new Promise((done) => requestAnimationFrame(() => done(0)))")
        return time.monotonic() - start

    def _load(self, address: str) -> None:
        self._loaded = False
        self.call("Page.navigate", url=address)
        while not self._loaded:
            self._receive()

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript; raise what it throws."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        codes = {"ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40, "End": 35, "Tab": 9}
        codes |= {"Home": 36, "Escape": 27, "Enter": 13, " ": 32}
        text = {"text": "\r"} if key == "Enter" else {"text": " "} if key == " " else {}
        named = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", **named, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def point_at(self, x: float, y: float, *, pressed: bool = False) -> None:
        """Move the mouse."""
        self._mouse("mouseMoved", x, y, buttons=int(pressed))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Move the mouse from place to place with its button pressed; a click where they agree."""
        self.point_at(*start)
        self._mouse("mousePressed", *start, buttons=1, clickCount=1)
        if end != start:
            self.point_at(*end, pressed=True)
        self._mouse("mouseReleased", *end, clickCount=1)

    def _mouse(self, kind: str, x: float, y: float, **more: int) -> None:
        button = "none" if kind == "mouseMoved" and not more.get("buttons") else "left"
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, **more)

    def picture(self) -> bytes:
        """Take a PNG of the whole page."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    def _receive(self) -> dict[str, Any]:
        message = dict(json.loads(self._connection.recv(timeout=_PATIENCE)))
        parameters = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Runtime.exceptionThrown":
                self.errors.append(str(parameters["exceptionDetails"]))
            case "Log.entryAdded":
                self.errors.append(str(parameters["entry"]))
            case "Runtime.consoleAPICalled" if parameters["type"] in ("error", "warning"):
                self.errors.append(str(parameters["args"]))
        return message
