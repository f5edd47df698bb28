"""What all figures share: how they are handed over, and their colours."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colours that differ in lightness too, so that they can be told apart without hue.
PINK, BLUE, GREY, INK = "#d6197d", "#1c5aa6", "0.6", "0.15"


class Drawing(NamedTuple):
    """A figure and the numbers in it: a row for every mark, for a CSV file beside the picture."""

    figure: Figure
    data: pd.DataFrame


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure, sizes in inches, that no global state knows of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=120, layout="constrained")


def png(figure: Figure) -> bytes:
    """Write a figure as PNG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    # Without the version of the library in it.
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
