"""A schedule fires by itself, the run happens, and its result is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import wait_for
from tests.flows.checkout import Checkout

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("no_services")
@pytest.mark.parametrize("cron", ["often", "61 3 * * *", "* * * *", "0 0 3 * * *", "0 3 30 2 *"])
def test_broken_cron_line_is_one_line(tmp_path: Path, cron: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows", "serve", "--cron", cron],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFECT_HOME": str(tmp_path / "prefect")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("error: --cron needs minute, hour,"), done.stderr
    assert "Traceback" not in done.stderr


def test_schedule_fires_by_itself(reproduced: tuple[Checkout, str]) -> None:
    checkout, _ = reproduced
    page = checkout.folder / "results/report/report.html"
    log = checkout.folder / "serve.log"
    before = page.stat().st_mtime
    (checkout.folder / "results/report/report.md").unlink()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "serve", "--cron", "* * * * *"],
            cwd=checkout.folder,
            env=checkout.environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            # The table is what the run prints last; the stages before it have flow runs as well.
            ended = re.compile(r"SPHERES[\s\S]*Finished in state Completed\(\)")
            done = wait_for(lambda: ended.search(log.read_text()), seconds=180)
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert done, log.read_text()
    assert page.stat().st_mtime >= before
    assert (checkout.folder / "results/report/report.md").exists()
