"""A schedule fires by itself, the run happens, and its result is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.schedules.scheduled import check_cron
from tests.cluster import wait_for
from tests.flows.checkout import Checkout
from tests.flows.versioning.test_dvc_remotes import files

ROOT = Path(__file__).parents[3]


@pytest.mark.usefixtures("no_services")
def test_broken_cron_line_is_one_line(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "params.yaml", tmp_path / "params.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "flows", "serve", "--cron", "0 3 30 2 *"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFECT_HOME": str(tmp_path / "prefect")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("error: --cron needs minute, hour,"), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("cron", ["often", "61 3 * * *", "* * * *", "0 0 3 * * *", "0 3 30 2 *"])
def test_broken_cron_line_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="--cron needs minute, hour,"):
        check_cron(cron)


def records(checkout: Checkout) -> set[str]:
    return set(checkout.git("tag", "--list", "results/*").split())


@pytest.mark.proof
def test_schedule_fires_by_itself_and_a_clone_has_its_record(
    study: Checkout, tmp_path: Path
) -> None:
    report = study.folder / "results/report"
    log = study.folder / "serve.log"
    study.git("add", "--all")
    # Something that no record has yet.
    study.git("commit", "--quiet", "--allow-empty", "--message", "A day's work")
    before = records(study)
    (report / "report.md").unlink()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "serve", "--cron", "* * * * *"],
            cwd=study.folder,
            env=study.environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            # The table is what the run prints last; the stages before it have flow runs as well.
            ended = re.compile(r"SPHERES[\s\S]*Finished in state Completed\(\)")
            # A minute until it fires, at most; the run takes half of one on a machine at rest.
            done = wait_for(lambda: ended.search(log.read_text()), seconds=240)
        finally:
            process.terminate()
            process.wait(timeout=60)
    assert done, log.read_text()
    assert (report / "report.md").exists()
    [tag] = records(study) - before
    assert f"recorded as {tag}" in log.read_text()
    night = study.clone(tmp_path / "night")
    # As after `dvc pull`.
    shutil.copytree(study.folder / ".dvc/cache", night.folder / ".dvc/cache")
    night.git("checkout", "--quiet", tag)
    night.dvc("checkout")
    assert files(night.folder / "results/report") == files(report)
    assert list(Path(study.environment["TMPDIR"]).iterdir()) == []
