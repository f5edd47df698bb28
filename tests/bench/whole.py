"""The study as a whole on 1 and 2 workers against a plain serial script of the same work."""

from __future__ import annotations

import json
from typing import Any

from flows.environment import ONE_THREAD
from tests.bench.measure import Number, Section, ratio_of
from tests.bench.runs import ALL_DATASETS_FROM, Run, checkout, run, scaled, unit_seconds
from tests.bench.sampling import largest
from tests.bench.size import Size
from tests.flows.checkout import Checkout

WORKERS = (2, 1)


def whole_run(size: Size) -> Section:
    """Run the study at the given scale here and in the script; watch all processes."""
    section = Section(
        "The whole study against a serial script",
        f"At scale {size.scale:g}: that share of params.yaml's repetitions, trials, perplexities "
        "and epochs, at least one of each (two trials)"
        + ("" if size.scale >= ALL_DATASETS_FROM else ", of SPHERES and the digits alone")
        + ". Here: `flows reproduce` in a fresh checkout, with services, compilation of the "
        "loops, tuning's Gaussian process, all scalings of the distances, and the report. There: "
        "tests/bench/serial.py with the same trials and jobs, one after another, every library "
        "with its default threads, nothing shared, and less computed. One run each.",
    )
    runs: dict[int, Run] = {}
    for workers in WORKERS:
        with _checkout(size) as made:
            runs[workers] = run(made, *_command(workers, size))
            # At scale 1 the rest takes hours.
            print(f"  {workers} workers: {runs[workers].seconds:.0f} s", flush=True)
            section.numbers.append(
                Number(f"{workers} workers: all units together", unit_seconds(made), "s")
            )
            if workers == WORKERS[-1]:
                script, seconds = _run_script(made, size)
    _add_ratios(section, runs, seconds)
    _add_use(section, runs, script)
    return section


def _checkout(size: Size):
    return checkout(None if size.smallest else scaled(size.scale))


def _command(workers: int, size: Size) -> tuple[str, ...]:
    if size.smallest:
        return ("-m", "flows", "fetch")
    return ("-m", "flows", "reproduce", "--workers", str(workers))


def _run_script(made: Checkout, size: Size) -> tuple[Run, dict[str, Any]]:
    for name in ONE_THREAD:
        made.environment.pop(name, None)
    made.environment.pop("NUMBA_CACHE_DIR", None)
    made.environment["PYTHONPATH"] = str(made.folder)
    if size.smallest:
        script = run(made, "-c", "print(0)")
        return script, {"whole": script.seconds, "whole with our loss": script.seconds}
    script = run(made, "tests/bench/serial.py", str(made.folder))
    return script, json.loads(script.output.strip().splitlines()[-1])


def _add_ratios(section: Section, runs: dict[int, Run], script: dict[str, Any]) -> None:
    for name, label in (("whole", "serial script"), ("whole with our loss", "… with our loss")):
        for workers, ours in runs.items():
            section.ratios.append(
                ratio_of(
                    "the study",
                    label,
                    f"this project, {workers} worker{'s' if workers > 1 else ''}",
                    [script[name]],
                    [ours.seconds],
                )
            )
    two, one = (runs[workers] for workers in WORKERS)
    section.ratios.append(
        ratio_of("the study", "1 worker", "2 workers", [one.seconds], [two.seconds])
    )
    section.numbers += [
        Number(f"serial script: {name}", value, "s")
        for name, value in script.items()
        if not name.startswith("whole") and isinstance(value, float)
    ]


def _add_use(section: Section, runs: dict[int, Run], script: Run) -> None:
    shown = {"2 workers": runs[2], "1 worker": runs[1], "serial script": script}
    for name, each in shown.items():
        together = max(each.trace.memory, default=0.0)
        section.numbers += [
            Number(f"{name}: on the clock", each.seconds, "s"),
            Number(f"{name}: processor time of all processes", each.trace.cpu_seconds, "s"),
            Number(f"{name}: time with both cores busy", 100 * each.trace.share_busy(2), "%"),
            Number(f"{name}: peak of all processes together", together, "MiB"),
        ]
        section.numbers += [
            Number(f"{name}: peak of one process, {role}", peak, "MiB")
            for role, peak in largest(each.trace.peaks)
        ]
    section.series["use"] = {
        name: {"times": each.trace.times, "cores": each.trace.cores, "memory": each.trace.memory}
        for name, each in shown.items()
    }
