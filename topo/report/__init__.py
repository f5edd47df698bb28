"""The report page: one HTML file with verdicts, tables, figures and an explorer."""

from topo.report.content import (
    EXPLORED,
    Provenance,
    ReportContent,
    ReportEmbedding,
    ReportFigure,
    ReportFinding,
    ReportInput,
    ReportSection,
)
from topo.report.own import Cost, OwnContent, OwnSection
from topo.report.page import render_costs, render_own, render_report, render_scores

__all__ = [
    "EXPLORED",
    "Cost",
    "OwnContent",
    "OwnSection",
    "Provenance",
    "ReportContent",
    "ReportEmbedding",
    "ReportFigure",
    "ReportFinding",
    "ReportInput",
    "ReportSection",
    "render_costs",
    "render_own",
    "render_report",
    "render_scores",
]
