"""Sections of the report page, after the paper's own figures."""

from __future__ import annotations

from flows.reporting.large_perplexity import VIEWS
from flows.reporting.must_fail import VIEWS as FAR_POINT_VIEWS
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
        lead="What the paper leaves open: where must t-SNE fail, and why does it work? Which "
        "clusters are artificial, and what does the topological loss cost on many points?",
        themes=(
            "Where t-SNE must fail",
            "Why large perplexities show nested spheres",
            "Clusters of the method's own making",
            "Large-scale training",
        ),
        views={**FAR_POINT_VIEWS, **VIEWS},
    ),
)
