"""Sections of the report page, after the paper's own figures."""

from __future__ import annotations

from topo.report import ReportSection

SECTIONS = (
    ReportSection(
        name="loops",
        title="Loops",
        lead="The paper’s loss sees components alone. What do losses that see loops keep of data "
        "whose loops are known?",
        themes=("Loops",),
        views={
            "K4 by two losses": "dataset=K4&left=TopoAE&right=TopoAE%2C+cascade",
            "Twist by two losses": "dataset=Twist&left=TopoAE&right=TopoAE%2C+cascade",
        },
    ),
    ReportSection(
        name="questions",
        title="Open questions",
        lead="What the paper leaves open: where must t-SNE fail, and why does it work?",
    ),
)
