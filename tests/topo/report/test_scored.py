"""The page of one embedding's scores, as text and in a real browser."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.topo.report.browser import CHROMIUM, browser
from tests.topo.report.synthetic_report import PIXEL
from tests.topo.report.test_page import Reader
from topo.report import ReportFigure, render_scores
from topo.scores import SCORES, Hyperparameters, ScoreRow

NONE = Hyperparameters()
TABLE = SCORES.frame(
    [
        ScoreRow("score", "X.npy", 0, 0, "<Z>.npy", 0, 0, NONE, "rmse", None, "raw", 0.5, "ok", ""),
        ScoreRow("score", "X.npy", 0, 0, "pca", 0, 0, NONE, "rmse", None, "raw", 1.0, "ok", ""),
        ScoreRow("score", "X.npy", 0, 0, "pca", 0, 0, NONE, "tsne_kl", None, "raw", math.nan,
                 "not applicable", "needs <objective>"),
    ]
)  # fmt: skip
FIGURES = [ReportFigure(name, name, "Seen.", "Told.", PIXEL) for name in ("one", "two")]
PAGE = render_scores(TABLE, title="<Z> & X", summary="3 < 4 points.", figures=FIGURES)


def test_every_element_is_closed_and_every_name_is_text() -> None:
    reader = Reader(PAGE)
    assert not reader.faults and not reader.open
    assert reader.texts["h1"] == ["<Z> & X"]
    assert "<Z>.npy" in reader.texts["th"]
    assert reader.texts["li"] == ["t-SNE's own KL (PCA): not applicable, needs <objective>."]
    assert reader.ids() == ["content", "figures", "one", "two", "scores"]


def test_best_value_is_marked() -> None:
    assert '<span class="best">0.5000</span><sup>1</sup>' in PAGE


def test_no_reasons_no_list() -> None:
    assert "Why some numbers are missing" in PAGE
    page = render_scores(TABLE[:2], title="Z", summary="", figures=())
    assert "Why some" not in page


def test_policy_forbids_scripts_and_connections() -> None:
    [policy] = [
        str(attributes["content"])
        for _, attributes in Reader(PAGE).elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; style-src")
    assert "script-src" not in policy
    assert "<script" not in PAGE
    assert "script-src" not in PAGE


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, Debian's package chromium")
@pytest.mark.parametrize("width", [1200, 400])
def test_browser_has_no_complaint_and_asks_for_nothing(tmp_path: Path, width: int) -> None:
    path = tmp_path / "score.html"
    path.write_text(PAGE, encoding="utf-8")
    with browser(tmp_path / "profile") as page:
        page.open(path, width=width)
        assert page.errors == []
        assert [url for url in page.requests if not url.startswith("data:")] == [path.as_uri()]
        assert page.run("getComputedStyle(document.querySelector('.best')).fontWeight") == "700"
        # The page itself never scrolls sideways; wide tables do so in their frames.
        assert page.run("document.documentElement.scrollWidth <= window.innerWidth")
