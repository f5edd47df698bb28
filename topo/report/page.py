"""The report as one HTML file that needs nothing but itself."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from importlib.resources import files
from string import Template

from topo.report.content import ReportContent
from topo.report.explorer import explorer_data, script_json
from topo.report.markup import escape
from topo.report.sections import figures_html, missing_html, provenance_html
from topo.report.tables import spread_html, table1_html
from topo.report.verdicts import questions_html, verdicts_html


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
        If embeddings, inputs and scores do not fit together, or two figures share a name.
    """
    names = [figure.name for figure in content.figures]
    if len(set(names)) < len(names):
        raise ValueError(f"the report's figures must differ in name, got {', '.join(names)}")
    style, script = page_part("page.css"), page_part("plots.js") + page_part("page.js")
    data = explorer_data(content.inputs, content.embeddings, content.scores)
    return Template(page_part("page.html")).substitute(
        policy=content_policy(style, script),
        style=style,
        script=script,
        title=escape(content.title),
        summary=escape(content.summary),
        missing=missing_html(content.missing),
        verdicts=verdicts_html(content.verdicts),
        questions=questions_html(content.questions),
        table=table1_html(content.table),
        spreads=spread_html(content.spreads),
        figures=figures_html(content.figures),
        provenance=provenance_html(content.provenance),
        data=script_json(data),
    )


def page_part(name: str) -> str:
    """Read a file that the page is made of: its style, its script or its frame."""
    return files("topo.report").joinpath(name).read_text(encoding="utf-8")


def content_policy(style: str, script: str = "") -> str:
    """Allow the page's own style and script, known by their digests, and images inside it."""
    allowed = {"style-src": _digest(style), "img-src": "data:"}
    if script:
        allowed["script-src"] = _digest(script)
    sources = "; ".join(f"{kind} {source}" for kind, source in allowed.items())
    return f"default-src 'none'; base-uri 'none'; form-action 'none'; {sources}"


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
