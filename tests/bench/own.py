"""A table of somebody's own, from the command to its page: time, memory, and size of the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.clouds import study
from tests.bench.measure import Goal, Number, Section
from tests.bench.runs import Run, checkout, run
from tests.bench.size import Size
from tests.flows.checkout import Checkout
from topo.params import read_params

#: Rows and columns.
MIDDLE, LARGE = (3000, 40), (100_000, 50)
MINUTES, GIB, MIB = 6.0, 4.0, 10.0


def own_tables(size: Size) -> Section:
    """Study a table of 3,000 rows and one of 100,000, of which 10,000 are drawn."""
    section = Section(
        "Tables of one's own",
        "Eight Gaussian classes, written as CSV with their names as a last column; then `python -m "
        "flows study FILE --label kind` in a fresh checkout with params.yaml's rules. Of the "
        "larger table 10,000 rows are drawn. Memory is that of all processes together, half a "
        "second apart; pages that several share count several times.",
    )
    if size.smallest:
        section.skipped.append("a study takes minutes: the smallest one is a test of its own")
        return section
    for shape in (MIDDLE, LARGE):
        with checkout(study()) as made:
            table = write_table(made.folder / "cells.csv", *shape)
            done = run(made, "-m", "flows", "study", str(table), "--label", "kind")
            _add(section, shape, done, made)
    return section


def write_table(path: Path, n: int, d: int) -> Path:
    """Write n points of d coordinates, and the names of their classes."""
    rng = np.random.default_rng(0)
    kinds = rng.integers(8, size=n)
    points = 2 * rng.normal(size=(8, d))[kinds] + rng.normal(size=(n, d))
    frame = pd.DataFrame(points, columns=[f"x{i}" for i in range(d)])
    frame.assign(kind=[f"kind {k}" for k in kinds]).to_csv(path, index=False)
    return path


def _add(section: Section, shape: tuple[int, int], done: Run, made: Checkout) -> None:
    name = f"{shape[0]:,} x {shape[1]}"
    page = (made.folder / "studies/cells/results/report/report.html").stat().st_size / 2**20
    memory = max(done.trace.memory) / 1024
    rows = read_params(made.folder / "studies/cells/params.yaml")["datasets"]["cells"]["n_rows"]
    section.numbers += [
        Number(f"{name}: rows that are studied", rows, ""),
        Number(f"{name}: to the page", done.seconds / 60, "min"),
        Number(f"{name}: to the first unit", done.first_unit or float("nan"), "s"),
        Number(f"{name}: memory", memory, "GiB"),
        Number(f"{name}: page", page, "MiB"),
    ]
    if shape == MIDDLE:
        reason = f"{done.trace.cpu_seconds:.0f} core-seconds"
        section.goals.append(
            Goal(f"{name} to its page", "≤", MINUTES, done.seconds / 60, "min", reason)
        )
    largest = sorted(done.trace.peaks.items(), key=lambda each: -each[1])[:3]
    reason = "largest processes: " + ", ".join(f"{role} {peak:.0f} MiB" for role, peak in largest)
    section.goals.append(Goal(f"{name}: memory", "≤", GIB, memory, "GiB", reason))
    section.goals.append(Goal(f"{name}: page", "≤", MIB, page, "MiB", "pictures and points"))
