"""Which verdicts another seed of the data changes, by how firm they were said to be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.clouds import ROOT, study
from tests.bench.measure import Goal, Number, Section
from tests.bench.runs import checkout, keep_datasets, run, scaled
from tests.bench.size import Size

N_RUNS = 2
#: In per cent: of the firm verdicts, those that stay.
LEAST = 95.0
STATEMENTS = Path("results/report/statements.json")

#: Outcome and firmness by the name of a reading that is decided or could be.
Verdicts = Mapping[str, tuple[str, str]]


def other_seeds(size: Size) -> Iterator[Section]:
    """Run the study with other draws of the data and other splits; yield after every run.

    Raises
    ------
    FileNotFoundError
        Where this checkout has no results of its own to compare with.
    """
    params = scaled(0.01) if size.smallest else study()
    before = _verdicts_of(_drawn(params)) if size.smallest else _verdicts(ROOT)
    runs: list[Verdicts] = []
    for number in range(1, 1 + (1 if size.smallest else N_RUNS)):
        runs.append(_verdicts_of(_drawn(params, number)))
        yield _section(before, runs)


def _drawn(params: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """Return the parameters of the datasets that are drawn at random alone, with other seeds."""
    changed = json.loads(json.dumps(params))
    seeds = {name: each["seed"] for name, each in changed["datasets"].items() if "seed" in each}
    used = [name for name in changed["benchmark"]["datasets"] if name in seeds]
    keep_datasets(changed, tuple(used))
    for name in used:
        changed["datasets"][name]["seed"] = seeds[name] + 1000 * number
    changed["split"]["seed"] += number
    return changed


def _verdicts_of(params: dict[str, Any]) -> Verdicts:
    with checkout(params) as made:
        run(made, "-m", "flows", "reproduce")
        return _verdicts(made.folder)


def _verdicts(folder: Path) -> Verdicts:
    conclusions = json.loads((folder / STATEMENTS).read_text(encoding="utf-8"))["conclusions"]
    readings = [each for conclusion in conclusions for each in conclusion["readings"]]
    return {
        each["name"]: (each["outcome"], each["firmness"]["word"])
        for each in readings
        if each["firmness"]
    }


def _section(before: Verdicts, runs: list[Verdicts]) -> Section:
    section = Section("Verdicts with other seeds of the data", _about(len(runs)))
    # What rests on other datasets, these runs cannot decide.
    compared = {
        name: [run[name][0] for run in runs] for name in before if all(name in run for run in runs)
    }
    changed = {
        name: [each for each in found if each != before[name][0]]
        for name, found in compared.items()
    }
    for word in dict.fromkeys(word for _, word in before.values()):
        names = [name for name in compared if before[name][1] == word]
        n, n_changed = len(names) * len(runs), sum(len(changed[name]) for name in names)
        section.numbers.append(Number(f"{word}: changed, of {n}", n_changed, ""))
        if word == "firm":
            section.goals.append(_goal(n, n_changed))
    for name, outcomes in changed.items():
        if outcomes:
            outcome, word = before[name]
            case = f"`{name}`, {word}: {outcome} → {', '.join(dict.fromkeys(outcomes))}"
            section.numbers.append(Number(case, len(outcomes), f"of {len(runs)} runs"))
    return section


def _about(n_runs: int) -> str:
    return (
        f"The study of SPHERES, both sizes, {n_runs} more times with other seeds: every draw of "
        "the data, split and tuning is another. MNIST and the small digits, of which there is one "
        "draw, are left out. All readings of the paper's conclusions that SPHERES and the theory "
        "decide, by how firm this checkout's results call them, and how many of them came out "
        "otherwise; a verdict that became undecidable counts as changed. Each that did is listed."
    )


def _goal(n: int, changed: int) -> Goal:
    reason = f"{changed} of {n} changed; the list below says which"
    return Goal("firm verdicts that stay", "≥", LEAST, 100 * (n - changed) / max(n, 1), "%", reason)
