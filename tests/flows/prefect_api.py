"""A Prefect server's API, as far as tests need it, and its command line."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from typing import Any

from tests.cluster import wait_for
from tests.flows.checkout import Checkout

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class PrefectApi:
    """The server that a checkout's environment names."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._url = checkout.environment["PREFECT_API_URL"]

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type a command in the checkout: its PWD is what a shell would set."""
        environment = {**self._checkout.environment, "PWD": str(self._checkout.folder)}
        return subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=self._checkout.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def deployment(self, name: str) -> dict[str, Any]:
        return self.ask(f"deployments/name/{name}")

    def knows(self, name: str) -> bool:
        """Whether a deployment is there, and the server to ask."""
        try:
            return bool(self.deployment(name))
        except OSError:
            return False

    def start(self, name: str, **parameters: Any) -> str:
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return self.ask(f"deployments/{self.deployment(name)['id']}/create_flow_run", body)["id"]

    def state(self, run: str) -> str:
        return self.ask(f"flow_runs/{run}")["state_type"]

    def cancel(self, run: str) -> None:
        body = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        self.ask(f"flow_runs/{run}/set_state", body)

    def ended(self, run: str, *, seconds: float) -> str:
        """Wait for a run's end; return its state, and message where it has one."""
        wait_for(lambda: self.state(run) in FINAL, seconds=seconds)
        state = self.ask(f"flow_runs/{run}")["state"]
        return f"{state['type']} {state.get('message') or ''}".strip()

    def runs(self, flow: str) -> list[dict[str, Any]]:
        return self.ask("flow_runs/filter", {"flows": {"name": {"any_": [flow]}}})

    def artifact(self, key: str) -> dict[str, Any]:
        return self.ask(f"artifacts/{key}/latest")

    def log(self, run: str) -> str:
        """Return the last lines of a run's log: the server gives no more than 200 at once."""
        wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_DESC"}
        return "\n".join(each["message"] for each in reversed(self.ask("logs/filter", wanted)))
