"""Where the core-seconds of the last whole run went, beside what its products must take."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import torch

from flows import store
from flows.stage_list import WITH_UNITS
from tests.bench.clouds import study
from tests.bench.measure import Goal, Number, Section, seconds_at_best
from tests.bench.size import Size
from topo.nn.linear import Linear
from topo.nn.networks import LATENT_DIMENSION

#: What the paper did.
PAPER = ("tune", "idle_cores", "benchmark", "sweep", "theory")
#: What its open questions took beside it.
BESIDE = tuple(stage for stage in WITH_UNITS if stage not in PAPER)
#: Parts with less of the whole are told together.
SMALLEST_SHARE = 0.01
#: Core-seconds of the study before it drew data anew for every repetition, and how many times
#: that it may take; core-seconds at 7b5758a, and what share of them a stage beside it may add.
BEFORE, MOST_OF_BEFORE = 1134.0, 1.4
AT_7B5758A, MOST_BESIDE = 1310.0, 0.2
#: Methods that joined the paper's, and what share of the study they may cost, in per cent.
JOINED, JOINED_MOST = ("mmae", "topomap"), 10.0
#: A step of training multiplies forward, for the input's gradient and for that of the weights.
PRODUCTS = 3


def parts(size: Size) -> Section:
    """Sum the seconds of all units that the last run computed, by what they did."""
    section = Section(
        "Where the core-seconds are",
        "Seconds of all units of this checkout's last run from nothing, by dataset and method; a "
        "unit has one core. The floor of a part is what the matrix products of its networks take "
        "at the speed that one core reached just now, 128 points from 784 to 1,000 coordinates by "
        "oneDNN in portable arithmetic: no training of these networks takes less.",
    )
    by_stage = {} if size.smallest else {stage: _units(stage) for stage in (*PAPER, *BESIDE)}
    units = _without_repeats([unit for each in by_stage.values() for unit in each])
    cached = sum(unit["state"] == "cached" for unit in units)
    if not units or cached:
        section.skipped.append(
            f"{cached} of {len(units)} units of the last run were finished before it: remove "
            f"{store.UNITS} and {store.RESULTS}, run `python -m flows reproduce`, then measure"
        )
        return section
    seconds: dict[str, float] = defaultdict(float)
    floors: dict[str, float] = defaultdict(float)
    speed = flop_per_second()
    for unit in units:
        part, floor = _part(unit["unit"]), _flop(unit["unit"]) / speed
        seconds[part] += unit["seconds"]
        floors[part] += floor
    whole = sum(seconds.values())
    section.numbers += [
        Number("all units", whole, "s"),
        Number("products of one core", speed / 1e9, "GFLOP/s"),
    ]
    shown = [part for part in seconds if seconds[part] >= SMALLEST_SHARE * whole]
    for part in sorted(shown, key=lambda each: -seconds[each]):
        floor = f" (floor {floors[part]:.0f} s)" if floors[part] else ""
        section.numbers.append(Number(f"{part}{floor}", seconds[part], "s"))
    joined = sum(seconds[part] for part in seconds if part.split(": ")[0].endswith(JOINED))
    section.goals.append(
        Goal("MMAE and TopoMap in the study", "≤", JOINED_MOST, 100 * joined / whole, "%",
             "a fit of MMAE on SPHERES is one of AE with all distances of every batch")
    )  # fmt: skip
    section.goals += _goals(by_stage)
    others = whole - sum(seconds[part] for part in shown)
    section.numbers.append(Number(f"{len(seconds) - len(shown)} smaller parts", others, "s"))
    return section


def flop_per_second() -> float:
    """Return what one core multiplies and adds in a second, in the widest layer of MNIST's nets."""
    n, n_in, n_out = 128, 784, 1000
    layer, points = Linear(n_in, n_out), torch.ones(n, n_in)
    with torch.no_grad():
        return 2 * n * n_in * n_out / seconds_at_best(lambda: layer(points))


def _goals(by_stage: Mapping[str, list[Mapping[str, Any]]]) -> list[Goal]:
    """Hold the stages against what they may cost."""
    seconds = {
        stage: sum(unit["seconds"] for unit in units if unit["state"] == "computed")
        for stage, units in by_stage.items()
    }
    goals = [
        Goal("core-seconds of the paper's stages", "≤", MOST_OF_BEFORE * BEFORE,
             sum(seconds[stage] for stage in PAPER), "s",
             f"it took {BEFORE:,.0f} s on two such cores, in another run, with half of the "
             "repetitions of SPHERES and no second look at the tuning")
    ]  # fmt: skip
    goals += [
        Goal(f"core-seconds of the stage {stage}", "≤", MOST_BESIDE * AT_7B5758A, seconds[stage],
             "s", f"at 7b5758a the study took {AT_7B5758A:,.0f} s on two such cores")
        for stage in BESIDE
    ]  # fmt: skip
    return goals


def _units(stage: str) -> list[Mapping[str, Any]]:
    """Return what provenance says of the units of a stage's last run."""
    path = store.PROVENANCE / f"{stage}.json"
    if not path.exists():
        return []
    units: list[Mapping[str, Any]] = json.loads(path.read_text())["units"]
    return units


def _without_repeats(found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    # "Cached" is also what this run computed before: beside the tuning, or in an equal trial.
    keys = {unit["key"] for unit in found if unit["state"] == "computed"}
    return [unit for unit in found if unit["state"] == "computed" or unit["key"] not in keys]


def _part(name: str) -> str:
    """Return "mnist, topoae: embed" of "mnist/topoae/split 2/embed", say."""
    place = name.split("/")
    if len(place) < 3:
        return place[0].partition(" ")[0]
    return f"{place[0].partition(' ')[0]}, {place[1].partition(' ')[0]}: {place[-1]}"


def _flop(name: str) -> float:
    """Return the operations in the matrix products of the networks that a unit trains."""
    place = name.split("/")
    if len(place) < 3 or place[-1] != "embed":
        return 0.0
    dataset, (method, _, variant) = place[0].partition(" ")[0], place[1].partition(" ")
    given = study()["methods"].get(method, {})
    if "epochs" not in given:
        return 0.0
    given = {**given, **given.get("per_dataset", {}).get(dataset, {})}
    # The sweep has a variant such as "100 epochs".
    number, _, what = variant.partition(" ")
    epochs = int(number) if what == "epochs" else given["epochs"]
    n, n_features = _training_shape(dataset)
    widths = [n_features, *given["hidden"], LATENT_DIMENSION]
    # Encoder and decoder; the first layer's input needs no gradient.
    products = PRODUCTS * 2 * sum(a * b for a, b in pairwise(widths)) - widths[0] * widths[1]
    return float(2 * products * n * epochs)


@cache
def _training_shape(dataset: str) -> tuple[int, int]:
    n, n_features = store.read_dataset(dataset).X.shape
    return round(study()["split"]["fractions"]["train"] * n), n_features
