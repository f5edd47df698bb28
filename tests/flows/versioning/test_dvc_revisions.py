"""Revisions side by side: what `dvc` shows of their parameters, numbers and curves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dvc.utils.serialize import loads_yaml

from tests.flows.checkout import ROOT, Checkout
from tests.topo.report.browser import CHROMIUM, browser

REPORT = Path("results/report")


def read(checkout: Checkout, name: str) -> Any:
    return json.loads((checkout.folder / REPORT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def revised(published: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone with a second commit, as if other perplexities had given other numbers."""
    clone = published.clone(tmp_path_factory.mktemp("revised") / "clone")
    clone.dvc("pull")
    clone.write_params(lambda params: params["sweep"].update(perplexities=[5, 30]))
    for name in ("metrics.json", "table1.json"):
        changed = read(clone, name)
        changed["spheres"]["topoae"]["KL_0.1" if name == "metrics.json" else "kl_0.1"] = 7.5
        (clone.folder / REPORT / name).write_text(json.dumps(changed), encoding="utf-8")
    path = clone.folder / REPORT / "sweep.csv"
    curves = pd.read_csv(path)
    curves[curves["perplexity"] < 40].assign(mean=0.123456).to_csv(path, index=False)
    clone.dvc("commit", "--force", "--quiet")
    clone.git("commit", "--quiet", "--all", "--message", "Other perplexities")
    return clone


def test_old_commit_brings_its_results_back(published: Checkout, revised: Checkout) -> None:
    new = (revised.folder / REPORT / "sweep.csv").read_bytes()
    revised.git("checkout", "--quiet", "HEAD~1")
    revised.dvc("checkout")
    old = (revised.folder / REPORT / "sweep.csv").read_bytes()
    assert old == (published.folder / REPORT / "sweep.csv").read_bytes() != new
    revised.git("checkout", "--quiet", "-")
    revised.dvc("checkout")
    assert (revised.folder / REPORT / "sweep.csv").read_bytes() == new


def test_differences_are_those_that_were_made(revised: Checkout) -> None:
    params = json.loads(revised.dvc("params", "diff", "HEAD~1", "--json"))
    assert params == {"params.yaml": {"sweep.perplexities": {"old": "[5, 40]", "new": "[5, 30]"}}}
    (metrics,) = json.loads(revised.dvc("metrics", "diff", "HEAD~1", "--json")).values()
    assert list(metrics) == ["spheres.topoae.KL_0.1"]
    assert metrics["spheres.topoae.KL_0.1"]["new"] == 7.5
    means = revised.dvc("metrics", "diff", "HEAD~1", "--targets", str(REPORT / "table1.json"))
    assert "spheres.topoae.kl_0.1" in means
    assert "7.5" in means


def test_experiments_have_few_numbers_each(revised: Checkout) -> None:
    shown = json.loads(revised.dvc("exp", "show", "--json", "--num", "2"))
    assert len(shown) == 3
    for each in shown:
        (metrics,) = each["data"]["metrics"].values()
        numbers = list(leaves(metrics["data"]))
        assert 0 < len(numbers) < 30
    table = revised.dvc("exp", "show", "--csv", "--num", "2", "--only-changed")
    columns = table.splitlines()[0].split(",")
    assert {"spheres.topoae.KL_0.1", "sweep.perplexities"} <= set(columns)
    assert "theory.seed" not in columns


def leaves(tree: Any) -> Iterator[float]:
    if isinstance(tree, dict):
        for branch in tree.values():
            yield from leaves(branch)
    else:
        yield tree


def test_plots_of_two_revisions_open_without_a_network(revised: Checkout, tmp_path: Path) -> None:
    revised.dvc("plots", "diff", "HEAD~1", "HEAD", "--out", "plots")
    path = revised.folder / "plots/index.html"
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?\w+:", page) == []
    assert "{plot_divs}" not in page
    # The changed mean and an unchanged one, each under its revision.
    assert "0.123456" in page
    assert '"rev": "HEAD~1"' in page
    assert '"rev": "HEAD"' in page
    if CHROMIUM is None:
        pytest.skip("the page is only looked at with Chromium, Debian's package chromium")
    with browser(tmp_path / "profile") as tab:
        tab.open(path)
        tab.run("new Promise((done) => setTimeout(() => done(0), 1000))")
        drawn = tab.run("[...document.querySelectorAll('main > div')].map(d => d.textContent)")
        sources = tab.run("[...document.images].map(each => each.naturalWidth)")
        assert tab.errors == []
        assert [each for each in tab.requests if not each.startswith(("file:", "data:"))] == []
    plots = loads_yaml((ROOT / "dvc.yaml").read_text())["plots"]
    titles = [next(iter(each.values()))["title"] for each in plots if isinstance(each, dict)]
    images = list((revised.folder / REPORT / "plots").iterdir())
    assert len(images) == 2
    assert len(drawn) == len(titles) + len(images)
    for title, text in zip(titles, drawn, strict=False):
        assert title in text
        assert "cannot be drawn" not in text
    assert len(sources) == 2 * len(images)
    assert min(sources) > 0
