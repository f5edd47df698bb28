"""From the command to the first unit, and what a run costs that has nothing to do."""

from __future__ import annotations

import statistics

from tests.bench.measure import Goal, Number, Section, ratio_of
from tests.bench.runs import Run, checkout, run
from tests.bench.size import Size

FIRST_UNIT_AIM, NOTHING_AIM = 20.0, 5.0


def startup(size: Size) -> Section:
    """Run a tiny study from nothing, then again."""
    section = Section(
        "Start-up, and nothing to do",
        "A tiny study (three spheres of 40 points, digits, no MNIST) in a fresh checkout: "
        "`python -m flows reproduce` from nothing, then `dvc repro` and the front door again "
        "with nothing to do, then the front door with another seed of the tuning. The first unit "
        "is seen when a Ray worker takes its name.",
    )
    whole = ("-m", "flows", "fetch") if size.smallest else ("-m", "flows", "reproduce")
    nothing = ("-m", "dvc", "version") if size.smallest else ("-m", "dvc", "repro")
    with checkout() as made:
        first = run(made, *whole)
        nothings = [run(made, *nothing) for _ in range(size.few_rounds)]
        front_door = run(made, *whole)
        made.write_params(lambda params: params["tune"].update(seed=1))
        later = run(made, *whole)
    _add(section, first, nothings, front_door, later)
    return section


def _add(section: Section, first: Run, nothings: list[Run], front_door: Run, later: Run) -> None:
    seconds = [each.seconds for each in nothings]
    section.ratios.append(
        ratio_of(
            "the tiny study",
            "from nothing",
            "`dvc repro`, nothing to do",
            [first.seconds] * len(seconds),
            seconds,
        )
    )
    reason = (
        f"the front door with nothing to do already takes {front_door.seconds:.1f} s; in a fresh "
        "checkout Prefect also makes its database, and fetch and prepare run before the first unit"
    )
    for each, where in ((first, "in a fresh checkout"), (later, "in a checkout that has run")):
        if each.first_unit is not None:
            what = f"command to first unit, {where}"
            section.goals.append(Goal(what, "≤", FIRST_UNIT_AIM, each.first_unit, "s", reason))
    nothing = statistics.median(seconds)
    section.numbers += [
        Number("the tiny study from nothing", first.seconds, "s"),
        Number("`dvc repro`, nothing to do", nothing, "s"),
        Number("front door, nothing to do", front_door.seconds, "s"),
    ]
    reason = f"over {len(seconds)} runs it took from {min(seconds):.1f} to {max(seconds):.1f} s"
    section.goals.append(
        Goal("`dvc repro` with nothing to do", "≤", NOTHING_AIM, nothing, "s", reason)
    )
