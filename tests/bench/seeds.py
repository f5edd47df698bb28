"""Which verdicts another seed of the data changes, by how firm they were said to be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.clouds import ROOT, study
from tests.bench.measure import Goal, Number, Section
from tests.bench.runs import checkout, run, scaled
from tests.bench.size import Size

N_RUNS = 2
#: In per cent: of the firm verdicts, those that stay.
LEAST = 95.0
STATEMENTS = Path("results/report/statements.json")

#: Outcome and firmness by the name of a conclusion or of a reading.
Verdicts = Mapping[str, tuple[str, str]]


def other_seeds(size: Size) -> Iterator[Section]:
    """Run the study with other draws of the data and other splits; yield after every run.

    Raises
    ------
    FileNotFoundError
        Where this checkout has no results of its own to compare with.
    """
    params = scaled(0.01) if size.smallest else study()
    before = _verdicts_of(params) if size.smallest else _verdicts(ROOT)
    runs: list[Verdicts] = []
    for number in range(1, 1 + (1 if size.smallest else N_RUNS)):
        runs.append(_verdicts_of(_with_other_seeds(params, number)))
        yield _section(before, runs)


def _with_other_seeds(params: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the parameters with other data; of a dataset that is not drawn, with other splits."""
    changed = json.loads(json.dumps(params))
    for dataset in changed["datasets"].values():
        if "seed" in dataset:
            dataset["seed"] += 1000 * number
    changed["split"]["seed"] += number
    return changed


def _verdicts_of(params: dict[str, Any]) -> Verdicts:
    with checkout(params) as made:
        run(made, "-m", "flows", "reproduce")
        return _verdicts(made.folder)


def _verdicts(folder: Path) -> Verdicts:
    conclusions = json.loads((folder / STATEMENTS).read_text(encoding="utf-8"))["conclusions"]
    readings = [each for conclusion in conclusions for each in conclusion["readings"]]
    return {each["name"]: (each["outcome"], _word(each)) for each in (*conclusions, *readings)}


def _word(each: Mapping[str, Any]) -> str:
    return each["firmness"]["word"] if each["firmness"] else "not decidable"


def _section(before: Verdicts, runs: list[Verdicts]) -> Section:
    words = dict.fromkeys(word for _, word in before.values())
    section = Section("Verdicts with other seeds of the data", _about(len(runs)))
    compared = [(name, word) for name, (_, word) in before.items() for _ in runs]
    changes = Counter(name for name in before for run in runs if run[name][0] != before[name][0])
    for word in words:
        names = [name for name, each in compared if each == word]
        changed = sum(changes[name] for name in dict.fromkeys(names))
        section.numbers.append(Number(f"{word}: changed, of {len(names)}", changed, ""))
        if word == "firm":
            section.goals.append(_goal(len(names), changed))
    for name, times in changes.items():
        outcome, word = before[name]
        became = dict.fromkeys(run[name][0] for run in runs if run[name][0] != outcome)
        case = f"`{name}`, {word}: {outcome} → {', '.join(became)}"
        section.numbers.append(Number(case, times, f"of {len(runs)} runs"))
    return section


def _about(n_runs: int) -> str:
    return (
        f"The whole study {n_runs} more times: SPHERES with other seeds, so that every draw is "
        "another, and other splits of MNIST and the small digits, whose images are the same. "
        "Conclusions and readings, by how firm this checkout's results call them, and how many "
        "of them came out otherwise. Each that did is listed."
    )


def _goal(n: int, changed: int) -> Goal:
    reason = f"{changed} of {n} changed; the list below says which"
    return Goal("firm verdicts that stay", "≥", LEAST, 100 * (n - changed) / max(n, 1), "%", reason)
