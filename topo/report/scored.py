"""The page of one embedding's scores: one HTML file that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from topo.report.content import ReportFigure
from topo.report.markup import Markup, join, tag
from topo.report.page import content_policy, page_part
from topo.report.sections import figures_html
from topo.report.tables import section_html
from topo.table.scored import missing_scores, scored_section


def render_scores(
    scores: pd.DataFrame, *, title: str, summary: str, figures: Sequence[ReportFigure]
) -> str:
    """Write the scores of an embedding and its controls as an HTML page.

    Parameters
    ----------
    scores
        As for `topo.table.scored.scored_section`.
    title
        Heading of the page.
    summary
        One paragraph: which points, how many.
    figures
        In their order on the page.

    Returns
    -------
    str
        A whole page; equal arguments give an equal page. It loads nothing, has no script, and its
        policy forbids any.
    """
    links = tag("a", "Figures", href="#figures"), tag("a", "Scores", href="#scores")
    numbers = section_html(scored_section(scores)), _missing(missing_scores(scores))
    body = tag(
        "body",
        tag("header", tag("h1", title), tag("p", summary), tag("nav", *links)),
        tag(
            "main",
            tag("section", tag("h2", "Figures"), figures_html(figures), id="figures"),
            tag("section", tag("h2", "Scores"), *numbers, id="scores"),
        ),
    )
    return f"<!doctype html>\n{tag('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Markup:
    style = page_part("page.css")
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=content_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(style)),
    )


def _missing(reasons: Sequence[str]) -> Markup:
    if not reasons:
        return Markup("")
    items = tag("ul", *(tag("li", reason) for reason in reasons))
    return join(tag("h3", "Why some numbers are missing"), items)
