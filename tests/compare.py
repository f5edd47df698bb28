"""Two folders of results side by side: `python -m tests.compare BEFORE AFTER`.

For a change of the code that must change no result: every number, status and verdict is compared
bit by bit, whatever the columns are called that they stand in. Exit status 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from flows.stage_list import NUMBERS, SCORED

_SCORES = "dataset split method model_seed hyperparameters metric dimension scaling"
_NUMBERS = "experiment case quantity dimension repetition"
#: What a row is about; the other columns are compared.
KEYS = {
    **{f"{stage}/scores.csv": _SCORES.split() for stage in SCORED},
    **{f"{stage}/scores.csv": _NUMBERS.split() for stage in NUMBERS},
    "tune/trials.csv": ["dataset", "method", "trial", "repetition"],
}
MAPPINGS = ("tune/chosen.json", "report/metrics.json", "report/table1.json")
STATEMENTS = "report/statements.json"
_MOST_SHOWN = 10

Values = dict[str, Any]


def read_values(folder: Path) -> dict[str, Values]:
    """Return what there is to compare by file, and in a file by what it is about."""
    found = {name: read_table(folder / name, keys) for name, keys in KEYS.items()}
    found |= {name: read_mapping(folder / name) for name in MAPPINGS}
    found[STATEMENTS] = read_verdicts(folder / STATEMENTS)
    for path in sorted(folder.glob("*/*.npz")):
        found[str(path.relative_to(folder))] = read_arrays(path)
    return found


def read_table(path: Path, keys: list[str]) -> Values:
    if not path.exists():
        return {}
    frame = pd.read_csv(path, float_precision="round_trip", keep_default_na=False)
    if path.parent.name == "theory" and "experiment" not in frame:
        # Once, cases stood as datasets and repetitions as splits.
        parts = frame["dataset"].str.partition("/")
        frame = frame.assign(experiment=parts[0], case=parts[2])
        frame = frame.rename(columns={"metric": "quantity", "split": "repetition"})
        frame = frame.drop(
            columns=["stage", "dataset", "method", "model_seed", "hyperparameters", "scaling"]
        )
    if "hyperparameters" in frame:
        frame["hyperparameters"] = frame["hyperparameters"].map(plain)
    values: Values = {}
    for row in frame.to_dict("records"):
        about = " ".join(f"{key}={row[key]}" for key in keys)
        for name, value in row.items():
            if name not in keys:
                place = f"{about}: {name}"
                assert place not in values, f"{path} has {about} twice"
                values[place] = number(value)
    return values


def number(value: Any) -> Any:
    """A cell as a number where it is one: a column of numbers with gaps is read as text."""
    try:
        return float(value)
    except ValueError:
        return value


def plain(text: str) -> str:
    """Hyperparameters in one spelling: 30 and 30.0 are the same value."""
    named = json.loads(text) if text else {}
    return json.dumps({name: each for name, each in flat(named)}, sort_keys=True)


def read_mapping(path: Path) -> Values:
    return dict(flat(json.loads(path.read_text()))) if path.exists() else {}


def flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from flat(each, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from flat(each, f"{place}.{n}")
    else:
        yield place, float(value) if isinstance(value, int | float) else value


def read_verdicts(path: Path) -> Values:
    """Outcomes and numbers; sentences may be put in other words."""
    conclusions = json.loads(path.read_text())["conclusions"] if path.exists() else ()
    return {
        f"{each['name']}: {place}": value
        for conclusion in conclusions
        for each in conclusion["readings"]
        for place, value in flat({"outcome": each["outcome"], **each["numbers"]})
    }


def read_arrays(path: Path) -> Values:
    with np.load(path) as arrays:
        found = {name: arrays[name] for name in arrays}
    return {
        name: plain(str(array)) if array.dtype.kind == "U" else array
        for name, array in found.items()
    }


def is_equal(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    return type(a) is type(b) and bool(a == b)


def shown(value: Any) -> str:
    return f"array {value.shape}" if isinstance(value, np.ndarray) else repr(value)


def differences(before: Values, after: Values) -> list[str]:
    """Say what differs, and what stands on one side alone."""
    told = []
    for place in dict.fromkeys([*before, *after]):
        if place not in after:
            told.append(f"{place} is gone")
        elif place not in before:
            told.append(f"{place} is new")
        elif not is_equal(before[place], after[place]):
            told.append(f"{place} was {shown(before[place])}, is {shown(after[place])}")
    return told


def layout(before: Path, after: Path) -> Iterator[str]:
    """Say which files there are on one side alone, and which tables have other columns."""
    files = [
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        for folder in (before, after)
    ]
    yield from (f"{name} is gone" for name in sorted(files[0] - files[1]))
    yield from (f"{name} is new" for name in sorted(files[1] - files[0]))
    for name in sorted(each for each in files[0] & files[1] if each.endswith(".csv")):
        first, second = (list(pd.read_csv(folder / name, nrows=0)) for folder in (before, after))
        if first != second:
            yield f"{name} had the columns {', '.join(first)}; it has {', '.join(second)}"


def compare(before: Path, after: Path) -> int:
    """Print what is equal and what differs; return how many values do."""
    read, n_different = [read_values(folder) for folder in (before, after)], 0
    for name in dict.fromkeys([*read[0], *read[1]]):
        values = [each.get(name, {}) for each in read]
        told = differences(*values)
        n_different += len(told)
        n_equal = len(values[0].keys() & values[1].keys()) - sum(" was " in each for each in told)
        print(f"{name}: {n_equal:,} values equal, {len(told):,} not")
        for line in told[:_MOST_SHOWN]:
            print(f"  {line}")
        if len(told) > _MOST_SHOWN:
            print(f"  and {len(told) - _MOST_SHOWN:,} more")
    for line in layout(before, after):
        print(f"layout: {line}")
    return n_different


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.compare", description=__doc__)
    parser.add_argument("before", type=Path, help="a folder results/")
    parser.add_argument("after", type=Path, help="another one")
    options = parser.parse_args()
    n_different = compare(options.before, options.after)
    print(f"{n_different:,} values differ" if n_different else "all values are equal")
    return 1 if n_different else 0


if __name__ == "__main__":
    sys.exit(main())
