"""Command line of the benchmarks: ``python -m tests.bench [NAMES...] [--list]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.environment import set_environment

# One thread for both sides: before a numerical library is imported.
set_environment()

from tests.bench.page import render  # noqa: E402
from tests.bench.plots import draw  # noqa: E402
from tests.bench.registry import BENCHMARKS  # noqa: E402
from tests.bench.size import DEFAULT_SCALE, Size  # noqa: E402

FOLDER = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks, or list them; return 1 where one of them failed."""
    options = _parser().parse_args(arguments)
    if options.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:15}{benchmark.line}")
        return 0
    size = Size(smallest=options.smallest, scale=options.scale)
    failed = False
    for name in options.names or BENCHMARKS:
        print(f"{name} ...", flush=True)
        try:
            section = measure(name, size)
        except Exception as error:
            failed = True
            print(f"  failed: {error}", file=sys.stderr, flush=True)
            continue
        keep(name, section, options.out)
        print(f"  {section['seconds']:.0f} s", flush=True)
        for goal in section["goals"]:
            met = "met" if goal["met"] else "missed"
            aim = f"aim {goal['sign']} {goal['target']:g} {goal['unit']}, {met}"
            print(f"  {goal['what']}: {goal['measured']:.3g} {goal['unit']}, {aim}", flush=True)
    print(f"{options.out / 'RESULTS.md'} has all of it")
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    parser.add_argument(
        "--scale",
        type=float,
        default=DEFAULT_SCALE,
        help="share of the study that the whole run does, up to 1 (default: %(default)s)",
    )
    parser.add_argument("--smallest", action="store_true", help="see that everything runs")
    parser.add_argument("--out", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    return parser


def measure(name: str, size: Size) -> dict[str, Any]:
    """Run one benchmark.

    Raises
    ------
    ValueError
        Where there is none of that name.
    """
    if name not in BENCHMARKS:
        raise ValueError(f"no benchmark is named {name}: choose from {', '.join(BENCHMARKS)}")
    load, started = os.getloadavg()[0], time.monotonic()
    section = BENCHMARKS[name].run(size).as_json()
    ended = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    return {
        **section,
        "date": ended,
        "machine": _machine(),
        "load": [load, os.getloadavg()[0]],
        "seconds": time.monotonic() - started,
    }


def keep(name: str, section: dict[str, Any], folder: Path) -> None:
    """Write the results, this benchmark's among them, with figures and page."""
    path = folder / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = section
    ordered = {each: kept[each] for each in BENCHMARKS if each in kept}
    path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    missing = [each for each in BENCHMARKS if each not in ordered]
    page = render(ordered, draw(ordered, folder / "figures"), missing)
    (folder / "RESULTS.md").write_text(page, encoding="utf-8")


def _machine() -> str:
    from flows.machine import usable_cores, usable_memory

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
    sys.exit(main())
