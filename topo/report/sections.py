"""The page's plainer parts: what is missing, the figures, where it all comes from."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence

from topo.report.content import Provenance, ReportFigure
from topo.report.markup import Markup, join, tag


def missing_html(missing: Sequence[str]) -> Markup:
    """Write the banner that says what the run lacks and why; nothing where all is there."""
    if not missing:
        return Markup("")
    items = tag("ul", *(tag("li", sentence) for sentence in missing))
    lead = tag("p", tag("strong", "Partial."), " This run lacks some of the results:")
    return tag("div", lead, items, class_="banner", role="note", id="missing")


def figures_html(figures: Sequence[ReportFigure]) -> Markup:
    """Write the figures, their images as part of the page."""
    return join(*map(_figure, figures))


def _figure(figure: ReportFigure) -> Markup:
    content = b64encode(figure.image).decode()
    image = tag("img", src=f"data:{figure.media_type};base64,{content}", alt=figure.description)
    # Wider than a phone: the frame scrolls, so that small print stays readable.
    frame = tag("div", image, class_="scroll", tabindex="0", role="region", aria_label=figure.title)
    caption = tag("figcaption", tag("strong", f"{figure.title}."), " ", figure.caption)
    return tag("figure", frame, caption, id=figure.name)


def provenance_html(provenance: Provenance) -> Markup:
    """Write date, machine and revision; digests and versions; the parameters, folded away."""
    parts = [_pairs(provenance.facts)]
    parts += _folded("Digests of the data", _pairs(provenance.digests))
    parts += _folded("Packages", _pairs(provenance.packages))
    parts += _folded("Parameters (params.yaml)", tag("pre", provenance.parameters, tabindex="0"))
    return join(*parts)


def _folded(title: str, content: Markup) -> list[Markup]:
    return [tag("details", tag("summary", title), content)]


def _pairs(pairs: Mapping[str, str]) -> Markup:
    return tag("dl", *(join(tag("dt", key), tag("dd", value)) for key, value in pairs.items()))
