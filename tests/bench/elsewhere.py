"""What it changes to fit a method on the very points that are scored, or on others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.evaluate import evaluate_embedding, make_reference
from tests.bench.clouds import study
from tests.bench.measure import Number, Section
from tests.bench.size import Size
from topo.datasets.base import LabelledPoints
from topo.datasets.spheres import Spheres
from topo.inference import compare
from topo.methods import METHODS
from topo.metrics.evaluation import Score
from topo.names import method_title
from topo.splits import Fractions, Split, stratified_split
from topo.table.layout import SHORT_TITLES

N_DRAWS = 5
QUANTITIES = ("kl_0.1", "trustworthiness", "rmse", "sliced_wasserstein", "nesting")
#: The method that is fitted on the scored points, by that fitted on the training points.
PAIRS = {"ae": "ae", "topoae": "topoae", "pca": "pca", "umap_transform": "umap"}


def fitted_elsewhere(size: Size) -> Section:
    """Compare both fits, paired over draws of SPHERES."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for draw in range(2 if size.smallest else N_DRAWS):
        data = _draw(draw, smallest=size.smallest)
        split = stratified_split(data.y, Fractions(**study()["split"]["fractions"]), seed=draw)
        reference = make_reference(data.X, split.test, None)
        for elsewhere, here in PAIRS.items():
            values = [
                _scores(_embed(*fit, data, split, draw), data, split, reference)
                for fit in ((elsewhere, False), (here, True))
            ]
            for metric in QUANTITIES:
                pair = (values[0][metric], values[1][metric])
                found.setdefault((here, metric), []).append(pair)
    section = Section("Fitted on the scored points, or on others", _about(size))
    for (method, metric), pairs in found.items():
        section.numbers.append(_number(method, metric, pairs))
    return section


def _about(size: Size) -> str:
    n = 2 if size.smallest else N_DRAWS
    return (
        f"{n} draws of SPHERES, 60 % of each for training and 20 % to be scored. Every method is "
        "fitted on the training points and embeds the scored ones (UMAP by its `transform`), and "
        "once more fitted on the scored points themselves; AE and TopoAE there take as many steps "
        "as on the training points. Means of the second minus the first, with 95 % intervals of "
        "the paired differences."
    )


def _draw(draw: int, *, smallest: bool) -> LabelledPoints:
    names = {name: study()["datasets"]["spheres"][name] for name in Spheres.model_fields}
    small = {"n_points_per_inner": 20, "n_outer": 200} if smallest else {}
    return Spheres(**names | small | {"seed": 2000 + draw}).load(Path())


def _embed(
    name: str, is_here: bool, data: LabelledPoints, split: Split, seed: int
) -> NDArray[np.float32]:
    given = {k: v for k, v in study()["methods"][name].items() if k != "per_dataset"}
    if is_here and "epochs" in given:
        given["epochs"] = round(given["epochs"] * len(split.train) / len(split.test))
    fitted_on = split.test if is_here else split.train
    return METHODS[name](**given).embed(data.X[fitted_on], data.X[split.test], seed=seed).points


def _scores(
    points: NDArray[np.float32], data: LabelledPoints, split: Split, reference: Any
) -> Mapping[str, float]:
    scores = evaluate_embedding(
        parts=QUANTITIES,
        scalars={},
        outer=data.outer,
        reference=reference,
        embedding=points,
        labels=data.y[split.test],
    )
    read = {metric: [Score(*each) for each in scores.values[metric]] for metric in QUANTITIES}
    return {
        metric: next(e.value for e in each if e.scaling == "raw" and not e.dimension)
        for metric, each in read.items()
    }


def _number(method: str, metric: str, pairs: list[tuple[float, float]]) -> Number:
    elsewhere, here = np.array(pairs).T
    difference = compare(here, elsewhere).difference
    case = f"{method_title(method)}, {SHORT_TITLES.get((metric, 'raw'), metric)}: "
    case += f"{elsewhere.mean():.4g} on others, here that much more (± {difference.half_width:.2g})"
    return Number(case, float((here - elsewhere).mean()), "")
