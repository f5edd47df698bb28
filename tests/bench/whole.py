"""The study as a whole on 1 and 2 workers against a plain serial script of the same work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from tasks.arithmetic import settings
from tests.bench.clouds import require_mnist, study
from tests.bench.measure import Goal, Number, Section, ratio_of
from tests.bench.orchestration import seconds_per_unit
from tests.bench.runs import ALL_DATASETS_FROM, Run, checkout, computed_units, run, scaled
from tests.bench.sampling import largest
from tests.bench.size import Size
from tests.flows.checkout import Checkout

WORKERS = (2, 1)
MOST_MINUTES, TIMES_FASTER, BUSY, MOST_ORCHESTRATION = 15.0, 2.5, 95.0, 5.0

Script = dict[str, Any]


def whole_run(size: Size) -> Iterator[Section]:
    """Run the study at the given scale here and in the script; yield what is known after each run.

    Raises
    ------
    FileNotFoundError
        Where the scale has MNIST in it and its files are not there.
    """
    if not size.smallest and size.scale >= ALL_DATASETS_FROM:
        require_mnist(study()["datasets"]["mnist"]["images"])
    section = Section(f"The study at scale {size.scale:g} against a serial script", _about(size))
    each_unit = seconds_per_unit(4 if size.smallest else 1000)
    with _checkout(size) as made:
        two = _run(section, made, WORKERS[0], size)
        _add_goals(section, two, len(computed_units(made)), each_unit, size)
        yield _without(section, "the serial script", _named(WORKERS[1]))
        done, script = _run_script(made, size)
    _add_script(section, two, done, script, size)
    yield _without(section, _named(WORKERS[1]))
    with _checkout(size) as made:
        one = _run(section, made, WORKERS[1], size)
    section.ratios.append(ratio_of("the study", _named(1), _named(2), [one.seconds], [two.seconds]))
    _add_script_ratios(section, WORKERS[1], one, script)
    yield section


def _run(section: Section, made: Checkout, workers: int, size: Size) -> Run:
    """Run the study in a checkout; add what it took."""
    done = run(made, *_command(workers, size))
    print(f"  {_named(workers)}: {done.seconds:.0f} s", flush=True)
    units = computed_units(made)
    _add_run(section, _named(workers), done, sum(unit["seconds"] for unit in units))
    return done


def _about(size: Size) -> str:
    fewer = (
        ""
        if size.scale >= ALL_DATASETS_FROM
        else " SPHERES and the digits alone: MNIST and SPHERES with twice the outer points are not "
        "in it, so that these are not the ratios of the whole study; at `--scale 0.4` they are, in "
        "three quarters of an hour, at `--scale 1` in hours."
    )
    return (
        f"At scale {size.scale:g}: that share of params.yaml's repetitions, trials, perplexities "
        f"and epochs, at least one of each (two trials).{fewer} Here: `flows reproduce` in a fresh "
        "checkout, with services, compilation of the loops, tuning's Gaussian process, all "
        "scalings of the distances, and the report. There: tests/bench/serial.py with the same "
        "trials and jobs, one after another, every library with its default threads, nothing "
        "shared, and less computed; it trains every TopoAE a second time, with this project's "
        "loss, which its seconds leave out and the plot shows. Orchestration is the units times "
        "what one costs through the fan-out that does nothing: most of it passes while other units "
        "compute, and Prefect's tasks, some tens in all, are not in it. One run each."
    )


def _without(section: Section, *missing: str) -> Section:
    """Return what is known so far, with what is still to come."""
    skipped = [*section.skipped, *(f"{what}: not yet" for what in missing)]
    return Section(**{**vars(section), "skipped": skipped})


def _checkout(size: Size) -> AbstractContextManager[Checkout]:
    return checkout(None if size.smallest else scaled(size.scale))


def _command(workers: int, size: Size) -> tuple[str, ...]:
    if size.smallest:
        return ("-m", "flows", "fetch")
    return ("-m", "flows", "reproduce", "--workers", str(workers))


def _named(workers: int) -> str:
    return f"{workers} worker{'s' if workers > 1 else ''}"


def _run_script(made: Checkout, size: Size) -> tuple[Run, Script]:
    for name in settings("portable"):
        made.environment.pop(name, None)
    made.environment.pop("NUMBA_CACHE_DIR", None)
    made.environment["PYTHONPATH"] = str(made.folder)
    if size.smallest:
        script = run(made, "-c", "print(0)")
        seconds = dict.fromkeys(("whole", "whole with our loss", "processor"), script.seconds)
        return script, seconds
    script = run(made, "tests/bench/serial.py", str(made.folder))
    return script, json.loads(script.output.strip().splitlines()[-1])


def _add_run(section: Section, name: str, done: Run, unit_seconds: float) -> None:
    section.numbers += [
        Number(f"{name}: on the clock", done.seconds, "s"),
        Number(f"{name}: all units together", unit_seconds, "s"),
        Number(f"{name}: processor time of all processes", done.trace.cpu_seconds, "s"),
    ]
    _add_memory(section, name, done)


def _add_memory(section: Section, name: str, done: Run) -> None:
    trace = done.trace
    section.numbers += [
        Number(f"{name}: peak of all processes together", max(trace.memory, default=0.0), "MiB"),
        *(
            Number(f"{name}: peak of one process, {role}", peak, "MiB")
            for role, peak in largest(trace.peaks)
        ),
    ]
    # As finely as a plot shows it: a run of hours has ten thousand looks.
    section.series.setdefault("use", {})[name] = {
        "times": [round(each, 1) for each in trace.times],
        "cores": [round(each, 2) for each in trace.cores],
        "at_work": trace.at_work,
        "memory": [round(each) for each in trace.memory],
    }


def _add_goals(section: Section, done: Run, n_units: int, each_unit: float, size: Size) -> None:
    if size.scale >= 1 and not size.smallest:
        reason = "see the time of the units together: it is the work, by two workers at best halved"
        minutes = done.seconds / 60
        section.goals.append(Goal("the whole run", "≤", MOST_MINUTES, minutes, "min", reason))
    _add_busy(section, done, size)
    section.numbers += [
        Number("units of the run", n_units, ""),
        Number(
            "a unit that does nothing, of 1,000 (4 at the smallest size)", 1e3 * each_unit, "ms"
        ),
    ]
    share = 100 * n_units * each_unit / done.seconds
    what = "orchestration, units times what one costs that does nothing, by the run's seconds"
    reason = f"{n_units} units at {1e3 * each_unit:.1f} ms each, in a run of {done.seconds:.0f} s"
    section.goals.append(Goal(what, "≤", MOST_ORCHESTRATION, share, "%", reason))


def _add_busy(section: Section, done: Run, size: Size) -> None:
    """Say what share of two workers had a unit, from a stage's first look with one to its last."""
    trace = done.trace
    looks = trace.while_units_remain()
    shares = {stage: 100 * trace.share_at_work(2, seen) for stage, seen in looks.items()}
    section.numbers += [
        Number(f"2 workers, while units of {stage} remain: workers at work", share, "%")
        for stage, share in shares.items()
    ]
    all_looks = [look for seen in looks.values() for look in seen]
    if not all_looks:
        section.skipped.append("workers at work: no unit was seen")
        return
    busy = trace.cores_busy(all_looks)
    section.numbers.append(Number("2 workers, while units remain: cores busy, mean", busy, "of 2"))
    lowest = min(shares, key=lambda stage: shares[stage] - 0.001 * len(looks[stage]))
    reason = (
        f"over {len(all_looks)} looks, two a second; least in {lowest}, "
        f"{shares[lowest]:.0f} % of {len(looks[lowest])} looks"
    )
    what = f"workers at work while units of a stage remain, 2 workers, scale {size.scale:g}"
    share = 100 * trace.share_at_work(2, all_looks)
    section.goals.append(Goal(what, "≥", BUSY, share, "%", reason))


def _add_script_ratios(section: Section, workers: int, ours: Run, script: Script) -> None:
    for name, label in (("whole", "serial script"), ("whole with our loss", "… with our loss")):
        faster = f"this project, {_named(workers)}"
        ratio = ratio_of("the study", label, faster, [script[name]], [ours.seconds])
        section.ratios.append(ratio)


def _add_script(section: Section, ours: Run, done: Run, script: Script, size: Size) -> None:
    _add_script_ratios(section, WORKERS[0], ours, script)
    part = "" if size.scale >= 1 else f" of the study at scale {size.scale:g}"
    reason = (
        f"the script takes {script['whole']:.0f} s, the run here {ours.seconds:.0f} s with "
        "services, compilation and report"
    )
    what = f"run{part}, 2 workers, against the serial script"
    times = script["whole"] / ours.seconds
    section.goals.append(Goal(what, "≥", TIMES_FASTER, times, "×", reason))
    section.numbers += [
        Number("serial script: on the clock", script["whole"], "s"),
        Number("serial script: processor time", script["processor"], "s"),
        *(
            Number(f"serial script: {name}", value, "s")
            for name, value in script.items()
            if not name.startswith(("whole", "processor")) and isinstance(value, float)
        ),
    ]
    _add_memory(section, "serial script", done)
