"""What stands under each heading of the report page that is a section of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from topo.report.content import ReportContent, ReportFigure, ReportSection
from topo.statements.verdicts import JudgedConclusion


class SectionPart(NamedTuple):
    """A section with what the run has for it."""

    section: ReportSection
    figures: tuple[ReportFigure, ...]
    conclusions: tuple[JudgedConclusion, ...]


def section_parts(content: ReportContent) -> list[SectionPart]:
    """Gather the sections for which there is a figure, or a conclusion with evidence.

    Raises
    ------
    ValueError
        If a figure or a finding names a section that is not there.
    """
    known = {section.name for section in content.sections}
    named = {each.name: each.section for each in content.findings}
    named |= {each.name: each.section for each in content.figures}
    for name, section in named.items():
        if section and section not in known:
            raise ValueError(
                f"{name} must stand in one of the sections {', '.join(sorted(known))}, got "
                f"{section}: add it to the report's sections"
            )
    return list(_parts(content))


def _parts(content: ReportContent) -> Iterator[SectionPart]:
    for section in content.sections:
        figures = tuple(each for each in content.figures if each.section == section.name)
        conclusions = tuple(
            each
            for each in content.verdicts
            if each.theme in section.themes and not all(one.cause for one in each.readings)
        )
        if figures or conclusions:
            yield SectionPart(section, figures, conclusions)
