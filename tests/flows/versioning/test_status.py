"""`flows status` in a copy of the finished small study: what would run, and why."""

from __future__ import annotations

from flows.versioning.digests import STAGES
from tests.flows.checkout import Checkout


def status(study: Checkout) -> dict[str, str]:
    done = study.run("flows", "status")
    assert done.returncode == 0, done.stderr
    lines = (line.split(maxsplit=1) for line in done.stdout.splitlines())
    return {stage: said.strip() for stage, said in lines}


def edit(study: Checkout, name: str, old: str, new: str) -> None:
    path = study.folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_would_run_is_told_with_the_reason(study: Checkout) -> None:
    edit(study, "topo/homology/pairing.py", "\n\n\n", "\n\n\n# A remark.\n")
    edit(study, "tasks/slots.py", "\n\n\n", "\n\n\nlimit = 1\n")
    assert status(study) == dict.fromkeys(STAGES, "is up to date")
    edit(study, "topo/metrics/local.py", "\n\n\n", "\n\n\nlimit = 1\n")
    edit(study, "tasks/arithmetic.py", '"MKL_NUM_THREADS": "1"', '"MKL_NUM_THREADS": "2"')
    edit(study, "params.yaml", "gap_ratio: 1.1", "gap_ratio: 1.2")
    setting = "MKL_NUM_THREADS was 1 and is 2"
    said = status(study)
    assert said["prepare"] == f"would run: {setting}"
    assert said["benchmark"] == f"would run: the code of topo.metrics.local; {setting}"
    assert said["theory"] == (
        f"would run: {setting}; what is read of theory.experiments.circle_unrolled.gap_ratio; "
        "theory modified in params.yaml"
    )
    study.dvc("repro", "prepare")
    assert status(study)["prepare"] == "is up to date"


def test_where_nothing_was_ever_run_everything_would_run(study: Checkout) -> None:
    (study.folder / "dvc.lock").unlink()
    assert all(said.startswith("would run") for said in status(study).values())


def test_damaged_file_of_dvc_is_named_with_what_to_do(study: Checkout) -> None:
    (study.folder / "dvc.lock").write_bytes(b"")
    done = study.run("flows", "status")
    assert done.returncode == 1
    assert done.stderr.startswith("error: dvc.lock is empty: ")
