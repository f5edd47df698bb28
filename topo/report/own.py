"""What the page about somebody's own data shows, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from topo.metrics.registry import METRICS
from topo.names import direction_arrow, method_title
from topo.own import DataAccount, Keeping, Kept
from topo.report.content import ReportContent, ReportFigure
from topo.stability import Regions
from topo.table.numbers import format_estimate, format_number

#: Coverage of discs that are meant for 90 %, beyond which they are said to be off.
COVERAGE = (0.85, 0.95)
#: Units of the picture's width that a place's bar has, and what lies beyond its ends.
_BAR, _MARGIN = 100.0, 20.0


class Cost(NamedTuple):
    """Rough seconds on one core, by the method's own rule, of one picture of the test points."""

    method: str
    seconds: float


@dataclass(frozen=True, eq=False)
class OwnSection:
    """What the page says of one dataset.

    Attributes
    ----------
    name
        As a reader sees it.
    data, kept, stable
        As `topo.own` and `topo.stability` return them.
    gains
        What tuning gained, a sentence each.
    costs
        By method, in the order of the study.
    n_splits, n_draws
        What the comparisons, and the regions, rest on.
    figures
        Pictures side by side, and their regions.
    paragraph
        What may be quoted.
    """

    name: str
    data: DataAccount
    kept: tuple[Keeping, ...]
    gains: tuple[str, ...]
    stable: Mapping[str, Regions]
    costs: tuple[Cost, ...]
    n_splits: int
    n_draws: int
    figures: tuple[ReportFigure, ...]
    paragraph: str

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods that keep something, in the order of the study."""
        return tuple(dict.fromkeys(name for each in self.kept for name in each.methods))


@dataclass(frozen=True, eq=False)
class OwnContent:
    """All that the page shows: a section for each dataset, then all numbers as any report has."""

    sections: tuple[OwnSection, ...]
    report: ReportContent


class Bar(NamedTuple):
    """A place as a bar from 0 to 100, with the ends of its interval, none of them beyond view."""

    at: float
    low: float
    high: float


def place_bar(kept: Kept) -> Bar | None:
    """Return the bar of a place; None where there is none."""
    if not np.isfinite(kept.place):
        return None
    width = kept.half_width if np.isfinite(kept.half_width) else 0.0
    ends = (kept.place, kept.place - width, kept.place + width)
    return Bar(*(float(np.clip(_BAR * end, -_MARGIN, _BAR + _MARGIN)) for end in ends))


def describe_place(kept: Kept) -> str:
    """Write a place in per cent, with its interval; the mean itself where there is no scale."""
    if not np.isfinite(kept.place):
        return format_number(kept.mean, 3)
    return f"{format_estimate(100 * kept.place, 100 * kept.half_width)} %"


def describe_aspect(keeping: Keeping) -> str:
    """Name an aspect's metric with the direction in which it is better."""
    metric = METRICS[keeping.aspect.metric][0]
    return f"{keeping.aspect.title} {direction_arrow(metric.direction)}"


def stability_rows(stable: Mapping[str, Regions]) -> list[dict[str, str]]:
    """Write the regions of every method: radii, and how often a left-out draw is in them."""
    low, high = COVERAGE
    return [
        {
            "method": method_title(name),
            "median": format_number(each.median, 2),
            "ninth": format_number(float(np.nanquantile(each.radii, 0.9)), 2),
            "coverage": f"{100 * each.coverage:.0f} %"
            + ("" if low <= each.coverage <= high else ", not the 90 % that were aimed at"),
        }
        for name, each in stable.items()
    ]
