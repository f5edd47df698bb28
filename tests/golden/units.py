"""The units: methods, metrics, experiments, questions, datasets, splits, studies, files, all small.

A new method, metric, experiment or question is among them by being in its registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.arrays import pack_arrays
from tests.topo.questions.small import answer, small
from tests.topo.table.synthetic_scores import benchmark
from tests.topo.theory.test_theory import SMALL as SMALL_EXPERIMENTS
from topo.datasets.base import LabelledPoints
from topo.datasets.digits import Digits
from topo.datasets.spheres import Spheres
from topo.figures import embedding_grid, example_points, png, rips_growth
from topo.methods import METHODS
from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.questions import QUESTIONS
from topo.scores import SCORES, aggregate
from topo.splits import Fractions, Split, stratified_split
from topo.table import table1
from topo.theory import EXPERIMENTS
from topo.tuning import Study

#: What a unit gives: arrays by name, and files' bytes.
Content = Mapping[str, NDArray[Any] | bytes]

#: Of 100 to 784 coordinates, so that libraries take their paths for long rows.
_SPHERES = Spheres(
    n_inner=4,
    n_points_per_inner=30,
    n_outer=120,
    dimension=101,
    inner_radius=5.0,
    outer_radius=25.0,
    centre_std=1.0,
    seed=42,
)
_NETWORK = {
    "hidden": (1000, 500, 250),
    "epochs": 1,
    "batch_size": 128,
    "learning_rate": 0.001,
}
_IMAGE_METHODS: Mapping[str, Mapping[str, Any]] = {
    "ae": _NETWORK,
    "topoae": {**_NETWORK, "lam": 1.0},
    "tsne": {"perplexity": 30.0},
    "umap": {"n_neighbors": 15},
    "pca": {},
}
_SEARCHES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "tsne": {"perplexity": (5.0, 40.0)},
    "topoae": {"lam": (0.01, 10.0)},
}


def golden_units() -> Mapping[str, Callable[[], Content]]:
    """Return the function of every unit, by its name."""
    return {
        "dataset/spheres": lambda: _points_of(_spheres()),
        "dataset/digits": lambda: _points_of(Digits().load(Path("nowhere"))),
        "split": lambda: vars(_split()),
        "diagrams": lambda: {f"{k}": D for k, D in _comparison().input.diagrams.items()},
        **{f"method/{name}": partial(_embed, name) for name in METHODS},
        **{f"images/{name}": partial(_embed_images, name) for name in _IMAGE_METHODS},
        **{f"metric/{name}": partial(_score, name) for name in METRICS},
        **{f"study/{name}": partial(_study, name) for name in _SEARCHES},
        **{f"theory/{name}": partial(_experiment, name) for name in EXPERIMENTS},
        **{f"question/{name}": partial(_answer, name) for name in QUESTIONS},
        "file/embeddings.png": lambda: {"png": png(_grid())},
        "file/growth.png": lambda: {
            "png": png(rips_growth(example_points(16, seed=2), scales=(0.2, 0.3)).figure)
        },
        "file/table1.csv": lambda: {"csv": _table().encode()},
        "file/arrays.npz": lambda: {"npz": pack_arrays({"X": _spheres().X, "y": _spheres().y})},
    }


@cache
def _spheres() -> LabelledPoints:
    return _SPHERES.load(Path("nowhere"))


def _points_of(dataset: LabelledPoints) -> Content:
    return {"X": dataset.X, "y": dataset.y}


@cache
def _split() -> Split:
    fractions = Fractions(train=0.6, validation=0.2, test=0.2)
    return stratified_split(_spheres().y, fractions, seed=3)


def _embed(name: str) -> Content:
    X, split = _spheres().X, _split()
    embedding = METHODS[name](**METHODS[name].small).embed(X[split.train], X, seed=5)
    return {"points": embedding.points, **_numbers(embedding.scalars)}


def _embed_images(name: str) -> Content:
    images = np.random.default_rng(7).random((300, 784), dtype=np.float32)
    # Some pixels are black in all images, as MNIST's corners are.
    images[:, ::5] = 0
    method = METHODS[name](**_IMAGE_METHODS[name])
    embedding = method.embed(images[:256], images, seed=11)
    return {"points": embedding.points, **_numbers(embedding.scalars)}


@cache
def _comparison() -> Comparison:
    X, y, outer = _spheres().X, _spheres().y, _spheres().outer
    input_space = Space.of(X, (0, 1))
    scalars = {"reconstruction_error": 0.25, "tsne_kl": 1.5}
    return Comparison(input_space, Space.of(X[:, :2]), labels=y, outer=outer, scalars=scalars)


def _score(name: str) -> Content:
    return _numbers(
        {f"{s.dimension}/{s.scaling}": s.value for s in evaluate(_comparison(), [name])}
    )


def _study(name: str) -> Content:
    X, split = _spheres().X, _split()
    input_space = Space.of(X[split.validation], ())
    study = Study(METHODS[name], _SEARCHES[name], direction="lower", n_startup_trials=3, seed=1)
    suggested, values = [], []
    for _ in range(6):
        hyperparameters = study.ask()
        method = METHODS[name](**{**METHODS[name].small, **hyperparameters})
        points = method.embed(X[split.train], X[split.validation], seed=13).points
        (score,) = evaluate(Comparison(input_space, Space.of(points, ())), ["kl_0.1"])
        study.tell(score.value)
        suggested.append(list(hyperparameters.values()))
        values.append(score.value)
    return {"suggested": np.array(suggested), "values": np.array(values)}


def _experiment(name: str) -> Content:
    values = EXPERIMENTS[name](**SMALL_EXPERIMENTS[name]).compute(seed=1)
    return _numbers({"/".join(map(str, value[:4])): value.value for value in values})


def _answer(name: str) -> Content:
    found = answer(small(name), seed=1)
    values = [value for each in found.values() for value in each.values]
    arrays = {f"{part}/{key}": X for part, each in found.items() for key, X in each.arrays.items()}
    return arrays | _numbers({"/".join(map(str, value[:4])): value.value for value in values})


def _grid() -> Any:
    X, y, outer = _spheres().X.astype(np.float64), _spheres().y, _spheres().outer
    planes = {"pca": X[:, :2], "random": X[:, 2:4], "tsne": X[:, 4:6], "umap": "no embedding"}
    return embedding_grid(planes, y, dataset="spheres", outer=outer)


def _table() -> str:
    rng = np.random.default_rng(17)
    rows = [row._replace(value=row.value * rng.lognormal()) for row in benchmark()]
    return str(table1(aggregate(SCORES.frame(rows))).to_csv(index=False))


def _numbers(values: Mapping[str, float]) -> dict[str, NDArray[np.float64]]:
    return {name: np.array(value, np.float64) for name, value in values.items()}
