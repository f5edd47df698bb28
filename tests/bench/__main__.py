"""Command line of the benchmarks: ``python -m tests.bench [NAMES...] [--list]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.environment import set_environment

# One thread for both sides: before a numerical library is imported.
set_environment()

from tests.bench.clouds import ROOT  # noqa: E402
from tests.bench.measure import Section  # noqa: E402
from tests.bench.page import MOST_LOAD, render  # noqa: E402
from tests.bench.plots import draw  # noqa: E402
from tests.bench.registry import BENCHMARKS, SCALED  # noqa: E402
from tests.bench.size import DEFAULT_SCALE, Size  # noqa: E402

FOLDER = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks, or list them; return 1 where one of them failed."""
    options = _parser().parse_args(arguments)
    if options.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:15}{benchmark.line}")
        return 0
    if options.page:
        write_page(options.out)
        return 0
    size = Size(smallest=options.smallest, scale=options.scale)
    failed = False
    # On a machine that is busy anyway there is nothing to wait for.
    most_load = max(MOST_LOAD, os.getloadavg()[0])
    for name in options.names or [each for each in BENCHMARKS if not BENCHMARKS[each].by_name]:
        print(f"{name} ...", flush=True)
        try:
            settle(most_load)
            for section in measure(name, size):
                keep(kept_as(name, size), section, options.out)
        except Exception as error:
            failed = True
            print(f"  failed: {error}", file=sys.stderr, flush=True)
            continue
        print(f"  {section['seconds']:.0f} s", flush=True)
        for goal in section["goals"]:
            met = "met" if goal["met"] else "missed"
            aim = f"aim {goal['sign']} {goal['target']:g} {goal['unit']}, {met}"
            print(f"  {goal['what']}: {goal['measured']:.3g} {goal['unit']}, {aim}", flush=True)
    print(f"{options.out / 'RESULTS.md'} has all of it")
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all but `seeds`)")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    parser.add_argument(
        "--scale",
        type=float,
        default=DEFAULT_SCALE,
        help="share of the study that the whole run does, up to 1 (default: %(default)s)",
    )
    parser.add_argument("--page", action="store_true", help="write the page of what was kept")
    parser.add_argument("--smallest", action="store_true", help="see that everything runs")
    parser.add_argument("--out", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    return parser


def settle(most: float, *, seconds: float = 60.0) -> None:
    """Wait a little until the benchmark before has gone from the load average."""
    until = time.monotonic() + seconds
    while os.getloadavg()[0] > most and time.monotonic() < until:
        time.sleep(1)


def measure(name: str, size: Size) -> Iterator[dict[str, Any]]:
    """Run one benchmark; one that takes long yields what it has found after each part.

    Raises
    ------
    ValueError
        Where there is none of that name.
    """
    if name not in BENCHMARKS:
        raise ValueError(f"no benchmark is named {name}: choose from {', '.join(BENCHMARKS)}")
    load, started = os.getloadavg()[0], time.monotonic()
    stamp = {"machine": _machine(), **_revision()}
    found = BENCHMARKS[name].run(size)
    for section in (found,) if isinstance(found, Section) else found:
        yield {
            **section.as_json(),
            **stamp,
            "date": datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC"),
            "load": [load, os.getloadavg()[0]],
            "seconds": time.monotonic() - started,
        }


def kept_as(name: str, size: Size) -> str:
    """Name a benchmark's results: those of another scale than the default stand beside its own."""
    if name in SCALED and size.scale != DEFAULT_SCALE:
        return f"{name} --scale {size.scale:g}"
    return name


def keep(name: str, section: dict[str, Any], folder: Path) -> None:
    """Write the results, this benchmark's among them, with figures and page."""
    kept = {**read(folder), name: section}
    order = list(BENCHMARKS)
    names = sorted(kept, key=lambda each: (order.index(_benchmark(each)), each))
    # A benchmark a line: what a run's plot shows would be ten thousands of them.
    lines = [json.dumps({each: kept[each]}, ensure_ascii=False)[1:-1] for each in names]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    write_page(folder)


def _benchmark(name: str) -> str:
    """Return the benchmark of results that were kept under a name."""
    return name.partition(" ")[0]


def read(folder: Path) -> dict[str, Any]:
    """Read the results that were kept."""
    path = folder / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_page(folder: Path) -> None:
    """Draw the figures and write the page, from what was kept."""
    kept = read(folder)
    found = {_benchmark(name) for name in kept}
    missing = [each for each in BENCHMARKS if each not in found]
    page = render(kept, draw(kept, folder / "figures"), missing)
    (folder / "RESULTS.md").write_text(page, encoding="utf-8")


def _revision() -> dict[str, str]:
    """Return the commit of the code that runs, with a mark where files differ from it, and when."""
    made_here = [f":(exclude){FOLDER / name}" for name in ("RESULTS.md", "results.json", "figures")]
    try:
        commit, committed = _git("show", "-s", "--format=%h %cI", "--abbrev=12").split()
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", ROOT, *made_here)
    except (OSError, subprocess.CalledProcessError):
        return {"revision": "", "committed": ""}
    in_one_zone = datetime.fromisoformat(committed).astimezone(UTC).isoformat()
    return {"revision": commit + ("-dirty" if changed else ""), "committed": in_one_zone}


def _git(*command: str | Path) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _machine() -> str:
    from flows.services.machine import usable_cores, usable_memory

    return (
        f"{platform.system()} {platform.machine()}, {_processor()}, {usable_cores()} cores, "
        f"{usable_memory() / 2**30:.0f} GiB, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"


if __name__ == "__main__":
    # A run that is watched has a session of its own: only what this process unwinds ends it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
