"""What Prefect's pages show of a stage that has ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.reporting.stage_artifact import describe_stage, for_pages
from flows.running.assets import made_by
from flows.stage_list import WITH_UNITS
from tests.flows.checkout import Checkout


@pytest.fixture
def in_study(study: Checkout, monkeypatch: pytest.MonkeyPatch) -> Path:
    # A copy: another test process looks for processes that work in the study itself.
    monkeypatch.chdir(study.folder)
    return study.folder


@pytest.mark.parametrize(
    ("stage", "words", "n_pictures"),
    [
        ("prepare", "| SPHERES | 240 | 11 | 4 |", 0),
        ("tune", "| SPHERES | t-SNE | perplexity ", 1),
        ("benchmark", "Trustworthiness", 2),
        ("sweep", "perplexity", 2),
        ("loops", "Same loops", 2),
        ("theory", "| circle\\_unrolled |", 0),
        ("questions", "| t-SNE draws the same picture when a number is added", 1),
        ("report", "Files: `", 2),
    ],
)
def test_stage_shows_tables_pictures_and_where_its_files_are(
    in_study: Path, stage: str, words: str, n_pictures: int
) -> None:
    text = describe_stage(stage)
    assert text.startswith(f"Files: `{in_study}/")
    assert words in text
    assert text.count("](data:image/png;base64,") == n_pictures


def test_every_asset_is_made(in_study: Path) -> None:
    for stage in (*WITH_UNITS, "report"):
        assert all(path.exists() for path in made_by(stage))
    assert [path.stem for path in made_by("prepare")] == ["spheres", "digits", "twist", "mnist"]


def test_pages_are_given_no_tags_that_they_drop() -> None:
    assert for_pages("d<sub>SW</sub> **<ins>1</ins>**") == "d_SW **★ 1**"


def test_experiment_s_files_are_where_it_is_applied(
    in_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "DVC_EXP_NAME", "wider")
    assert describe_stage("prepare").startswith(
        "Files: `data/prepared` after `dvc exp apply wider`"
    )
