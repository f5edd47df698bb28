"""The page about somebody's own data: what stands on it, and that no name can act."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.topo.own.test_keeping import noisy, scores
from tests.topo.report.synthetic_report import synthetic_report
from topo.own import DataAccount, keeping, paragraph
from topo.own.data import Dimension
from topo.report import Cost, OwnContent, OwnSection, render_own
from topo.stability import Regions

HOSTILE = "<script>alert(1)</script>&\"'$x$"


def own(name: str = "cells", classes: tuple[str, ...] = ("a", "b")) -> OwnContent:
    table = scores(
        {"tsne": noisy(0.9, seed=1), "umap": noisy(0.899, seed=2), "random": noisy(0.5, seed=3)}
    )
    kept = tuple(keeping(table, "wine", test_to_train=1 / 3))
    data = DataAccount(300, 5, dict.fromkeys(classes, 150), Dimension(3.2, 3.0, 3.4), 2, (name,))
    stable = {
        "tsne": Regions(np.zeros((9, 2)), np.full(9, 0.25), 0.91, 0.9),
        "umap": Regions(np.zeros((9, 2)), np.full(9, 1.25), 0.99, 0.9),
    }
    content = synthetic_report()
    inputs = tuple(
        replace(each, classes=tuple(f"{classes[0]}{k}" for k in range(12)))
        for each in content.inputs
    )
    section = OwnSection(
        name=name,
        data=data,
        kept=kept,
        gains=(f"{name} gained nothing.",),
        stable=stable,
        costs=(Cost("tsne", 0.27),),
        n_splits=10,
        n_draws=12,
        figures=(),
        paragraph=paragraph(name, data, kept, stable, n_splits=10),
    )
    report = replace(content, title=name, summary="", verdicts=(), inputs=inputs)
    return OwnContent((section,), report)


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.found.append(tag)


def test_questions_are_answered_in_order() -> None:
    headings = re.findall(r"<h2.*?>(.*?)</h2>", render_own(own()))
    assert headings[:7] == [
        "cells: what the data are",
        "The pictures",
        "Which method keeps what",
        "What tuning gained",
        "How stable each picture is",
        "What it costs",
        "In one paragraph",
    ]


def test_numbers_stand_where_they_belong() -> None:
    page = " ".join(render_own(own()).split())
    assert "<dd>300 in 5 dimensions</dd>" in page
    assert "about 3.2 (95 % interval 3.0 to 3.4;" in page
    assert "a (150), b (150)" in page
    assert '<span class="best">100' in page
    assert "not told from the best; 0.8" in page
    # A coverage that is off is said to be.
    assert "<td>91 %</td>" in page and "<td>99 %, not the 90 % that were aimed at</td>" in page


def test_page_does_not_speak_of_the_paper() -> None:
    content = own()
    report = replace(content.report, scores=content.report.scores.assign(dataset="cells"))
    page = render_own(
        replace(
            content,
            report=replace(
                report,
                table=report.table.assign(dataset="cells"),
                spreads=report.spreads.assign(dataset="cells"),
                figures=(),
                inputs=tuple(replace(each, dataset="cells") for each in report.inputs[:1]),
                embeddings=tuple(
                    replace(each, dataset="cells")
                    for each in report.embeddings
                    if each.dataset == report.inputs[0].dataset and each.split == 0
                ),
                scores=report.scores[report.scores["split"] == 0].drop_duplicates(
                    [c for c in report.scores if c not in ("seed", "value", "status", "reason")]
                ),
            ),
        )
    )
    for word in ("Verdict", "verdicts", "Table 1", "Gray", "the paper"):
        body = page.partition("<main")[2].partition("<script")[0]
        assert word not in body, word


@pytest.mark.parametrize("place", ["name", "class"])
def test_hostile_names_are_text(place: str) -> None:
    harmless = render_own(own())
    page = render_own(own(HOSTILE) if place == "name" else own(classes=(HOSTILE, "b")))
    assert "<script>alert" not in page
    assert Elements(page).found == Elements(harmless).found
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
