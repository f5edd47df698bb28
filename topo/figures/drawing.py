"""What all figures share: how they are handed over, and their colours."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colours that differ in lightness too, so that they can be told apart without hue.
PINK, BLUE, GREY, INK = "#d6197d", "#1c5aa6", "0.6", "0.15"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Drawing(NamedTuple):
    """A figure and the numbers in it: a row for every mark, for a CSV file beside the picture."""

    figure: Figure
    data: pd.DataFrame


def new_figure(width: float, height: float) -> Figure:
    """Make an empty figure, sizes in inches, that no global state knows of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=120, layout="constrained")


def png(figure: Figure) -> bytes:
    """Write a figure as PNG; equal figures give equal bytes.

    Matplotlib would leave the compression to Pillow, whose builds take the system's zlib: another
    zlib, other bytes. That of `deflate` is built in, and its version is pinned. A palette, which
    Pillow chooses by itself, makes a third of the bytes.

    Parameters
    ----------
    figure
        With an opaque background.

    Returns
    -------
    bytes
        An image of 256 colours, without any text.
    """
    from deflate import zlib_compress
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL.Image import Dither, Quantize, fromarray

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
    height, width, _ = pixels.shape
    # The method that never gives a pixel a far colour, nor white another white.
    image = fromarray(pixels).quantize(256, method=Quantize.MAXCOVERAGE, dither=Dither.NONE)
    # A byte before each row names its filter: none.
    rows = np.pad(np.asarray(image), ((0, 0), (1, 0)))
    chunks = {
        b"IHDR": struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0),
        b"PLTE": bytes(image.getpalette() or ()),
        b"IDAT": bytes(zlib_compress(rows.tobytes(), 9)),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))
        for kind, content in chunks.items()
    )
