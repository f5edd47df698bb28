"""The pages, each as one HTML file that needs nothing but itself."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from topo.names import method_title
from topo.report.content import EXPLORED, ReportContent, ReportFigure
from topo.report.explorer import explorer_data
from topo.report.glossary import meaning
from topo.report.own import (
    OwnContent,
    describe_aspect,
    describe_place,
    place_bar,
    stability_rows,
)
from topo.report.sections import section_parts
from topo.statements.text import (
    DEFINED,
    SIGNS,
    by_cause,
    by_theme,
    changed_otherwise,
    curve_words,
    missing_words,
    tally,
)
from topo.table import describe_scores, describe_spread, describe_sweep, describe_table1
from topo.table.description import Tables, symbols
from topo.table.numbers import format_number

_TEMPLATES = Environment(
    loader=PackageLoader("topo.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters["base64"] = lambda content: b64encode(content).decode()
_TEMPLATES.filters["meaning"] = meaning
_TEMPLATES.filters["symbols"] = symbols
_TEMPLATES.filters["tally"] = tally
_TEMPLATES.filters["curve_words"] = curve_words
_TEMPLATES.filters["changed_otherwise"] = changed_otherwise
_TEMPLATES.policies["json.dumps_kwargs"] = {
    "ensure_ascii": False,
    "allow_nan": False,
    "separators": (",", ":"),
}

#: What `explorer.html` needs, in this order; the data stand in an element with the id "data".
EXPLORER_SCRIPTS = (
    *("canvas", "data", "scatter", "diagrams", "loops", "colours", "state", "explorer", "controls"),
    *("play", "start"),
)


def render_report(content: ReportContent) -> str:
    """Write the report as an HTML page; equal content gives an equal page.

    Parameters
    ----------
    content
        All that it shows.

    Returns
    -------
    str
        A whole page. It loads nothing, and its policy forbids any connection and any script but
        its own.

    Raises
    ------
    ValueError
        If embeddings, inputs and scores do not fit together, two figures share a name, or one
        names a section that is not there.
    """
    names = [figure.name for figure in content.figures]
    if len(set(names)) < len(names):
        raise ValueError(f"the report's figures must differ in name, got {', '.join(names)}")
    return _render(
        "report.html",
        script=_scripts(*EXPLORER_SCRIPTS, "verdicts", "wide"),
        title=content.title,
        summary=content.summary,
        content=content,
        themes=by_theme(content.verdicts),
        signs=SIGNS,
        defined=DEFINED,
        sections=section_parts(content),
        missing=[
            missing_words(*each)
            for each in by_cause(
                reading for each in content.verdicts for reading in each.readings
            ).items()
        ],
        table1=describe_table1(content.table),
        spread=describe_spread(content.spreads),
        sweep=_sweep(content),
        explorer=_explorer(content),
        explored=EXPLORED,
    )


def render_own(own: OwnContent) -> str:
    """Write the page about somebody's own data; as `render_report`, equal content, equal page.

    Raises
    ------
    ValueError
        As `render_report`.
    """
    content = own.report
    return _render(
        "own.html",
        script=_scripts(*EXPLORER_SCRIPTS, "wide"),
        title=content.title,
        summary=content.summary,
        content=content,
        own=own.sections,
        aspect=describe_aspect,
        method_title=method_title,
        number=format_number,
        place=describe_place,
        place_bar=place_bar,
        stability_rows=stability_rows,
        table1=describe_table1(content.table),
        spread=describe_spread(content.spreads),
        sweep=_sweep(content),
        explorer=_explorer(content),
        explored=EXPLORED,
    )


def _sweep(content: ReportContent) -> Tables:
    return describe_sweep(content.sweep, test_to_train=content.test_to_train)


def render_scores(
    scores: pd.DataFrame, *, title: str, summary: str, figures: Sequence[ReportFigure]
) -> str:
    """Write the scores of an embedding and its controls as an HTML page.

    Parameters
    ----------
    scores
        As for `topo.table.describe_scores`.
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
    described = describe_scores(scores)
    return _render("scores.html", title=title, summary=summary, figures=figures, scores=described)


def render_costs(costs: pd.DataFrame) -> str:
    """Write what methods cost as an HTML page.

    Parameters
    ----------
    costs
        A row per dataset and method: dataset, method, n, and the mean, least and most seconds.

    Returns
    -------
    str
        A whole page, which loads nothing and has no script.
    """
    return _render(
        "costs.html",
        title="What each method costs",
        summary="Seconds that an embedding took in the last run that computed it, training and "
        "placing together, on the machine that the records beside this page name.",
        costs=costs.to_dict("records"),
    )


def _render(template: str, *, script: str = "", **shown: Any) -> str:
    style = _text("page.css")
    return _TEMPLATES.get_template(template).render(
        policy=_policy(style, script), style=style, script=script, **shown
    )


def _explorer(content: ReportContent) -> dict[str, Any]:
    """Return what the explorer's script reads; it sets TopoAE beside another method at first."""
    shown = explorer_data(content.inputs, content.embeddings, content.scores)
    return shown | {"beside": method_title("topoae")}


def _scripts(*names: str) -> str:
    """Put scripts together."""
    parts = [_text(f"scripts/{name}.js") for name in names]
    return "\n".join(['"use strict";', *parts])


def _text(name: str) -> str:
    return files("topo.report").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Allow the page's own style and script, known by their digests, and images inside it."""
    allowed = {"style-src": _digest(style), "img-src": "data:"}
    if script:
        allowed["script-src"] = _digest(script)
    sources = "; ".join(f"{kind} {source}" for kind, source in allowed.items())
    return f"default-src 'none'; base-uri 'none'; form-action 'none'; {sources}"


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
