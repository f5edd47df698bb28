"""The manual shows what the committed run has found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from dvc.utils.serialize import loads_yaml

from flows.reporting.docs import BLOCK, pages, write_docs

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_blocks_are_those_of_the_recorded_run() -> None:
    outs = loads_yaml(Path("dvc.lock").read_text())["stages"]["report"]["outs"]
    recorded = {out["path"]: out["md5"] for out in outs}
    shown = [block for page in pages() for block in BLOCK.findall(page.read_text())]
    assert {path for path, _ in shown} >= {"results/report/findings.md", "results/report/report.md"}
    for path, text in shown:
        assert hashlib.md5(text.encode()).hexdigest() == recorded[path], path


def test_every_block_ends() -> None:
    for page in pages():
        text = page.read_text()
        assert text.count("<!-- results/") == len(BLOCK.findall(text)), page


def test_docs_are_written_from_results(in_folder: Path) -> None:
    for folder in ("docs", "results/report/figures"):
        Path(folder).mkdir(parents=True)
    block = "<!-- results/report/findings.md -->\n{}<!-- end -->\n"
    Path("README.md").write_text(f"# Title\n\n{block.format('old')}\nafter\n")
    with pytest.raises(FileNotFoundError, match=r"findings\.md is missing: run `python -m flows"):
        write_docs()
    Path("results/report/findings.md").write_text("new \\1\n")
    Path("results/report/figures/embeddings-spheres.png").write_bytes(b"png")
    write_docs()
    filled = block.format("new \\1\n")
    assert Path("README.md").read_text() == f"# Title\n\n{filled}\nafter\n"
    assert Path("docs/spheres.png").read_bytes() == b"png"
