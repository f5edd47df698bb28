"""A figure with its words, as a stage or the report shows it."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from topo.figures import Drawing


class Captioned(NamedTuple):
    """A figure with the data behind it, and the rest as in `topo.report.ReportFigure`."""

    name: str
    title: str
    caption: str
    description: str
    figure: Figure
    data: pd.DataFrame
    section: str = ""


def caption(
    name: str, drawing: Drawing, *, title: str, caption: str, description: str, section: str = ""
) -> Captioned:
    """Put a drawing and its words together."""
    return Captioned(name, title, caption, description, drawing.figure, drawing.data, section)
