"""One unit: a part of a question that the paper leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tasks.result import Result
from topo.datasets.base import LabelledPoints

#: What the name of an input begins with that is a dataset: datasets are named freely.
DATASET = "dataset "


def compute_part(
    *, part: str, parameters: Mapping[str, Any], seed: int, **datasets: LabelledPoints
) -> Result:
    """Compute a part, whose numbers are lists in the order of `TheoryValue`.

    Its class is ``module:name``, imported by name so that the unit depends on that code only.
    """
    module, _, name = part.partition(":")
    data = {each.removeprefix(DATASET): points for each, points in datasets.items()}
    found = getattr(import_module(module), name)(**parameters).compute(data, seed=seed)
    return Result(found.arrays, [list(each) for each in found.values])
