"""Every question with small parameters, answered in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from topo.datasets.base import LabelledPoints
from topo.datasets.nested_shells import NestedShells
from topo.datasets.shifted_squares import ShiftedSquares
from topo.questions import QUESTIONS
from topo.questions.base import Findings, Question

NET = {"hidden": (4,), "epochs": 2, "batch_size": 16, "learning_rate": 0.01}
OTHERS = {
    "umap": {"n_neighbors": 5},
    "ae": NET,
    "topoae": {**NET, "lam": 1.0},
    "pca": {},
    "topomap": {},
}
DESCENT = {"tolerance": 1e-3, "max_steps": 20}
CLOUD = {"size": 40, "dimension": 3, "noise": 0.0, "seed": 0}
SPHERES = {"inner_radius": 5.0, "outer_radius": 25.0, "centre_std": 1.0}
BLOCK = {
    **SPHERES,
    "n_inner": 2,
    "n_points_per_inner": 10,
    "n_outer": 20,
    "dimension": 8,
    "seed": 0,
}
SMALL: dict[str, dict[str, Any]] = {
    "far_point": {
        "n_repetitions": 2,
        "far_point": {"size": 20, "dimension": 5, "margin": 20.0, "seed": 0},
        "perplexities": (5.0, 15.0),
        "others": OTHERS,
        **DESCENT,
    },
    "shifted_squares": {
        "n_repetitions": 2,
        "points": {**ShiftedSquares.small, "size": 30, "shift": 0.0, "scale": 4.0},
        "shifts": (1.0, 1000.0),
        "perplexities": (5.0,),
        **DESCENT,
    },
    "poison_point": {
        "n_repetitions": 2,
        "poison_point": {"n_per_cluster": 12, "dimension": 50, "separation": 8.0, "seed": 0},
        "perplexities": (5.0,),
        "others": OTHERS,
        **DESCENT,
    },
    "search": {
        "family": {**NestedShells.small, "size": 40},
        "search": {"noise": (0.0, 0.5), "dimension": (3, 10)},
        "n_trials": 3,
        "n_startup_trials": 2,
        "n_repetitions": 2,
        "rivals": {
            "perplexities": (5.0, 10.0),
            "umap": {"n_neighbors": 5},
            "ae": NET,
            "topoae": {**NET, "lam": 1.0},
        },
    },
    "large_perplexity": {
        "shares": (0.05, 0.5),
        "nested": {**SPHERES, "n_inner": 3, "dimension": 40},
        "clouds": {"spheres": {"outer_per_inner": 1.0, "sizes": (60, 90), "draws": (2, 1)}},
    },
    "clusters": {
        "images": {"digits": {"n_points": 40, "repetitions": 2}},
        "ball": {**CLOUD, "radius": 1.0},
        "sheet": {**CLOUD, "width": 2.0},
        "repetitions": 2,
        "rule": {"n_neighbors": 5, "prominences": (2.0, 3.0), "least_shares": (0.1,)},
        "tsne": {"perplexity": 5.0},
        "umap": {"n_neighbors": 5},
        "topoae": {**NET, "epochs": 1, "batch_size": 20, "lam": 1.0},
        "topoae_repetitions": 1,
    },
    "large_scale": {
        "block": BLOCK,
        "n_blocks": (1, 3),
        "batch_sizes": (8, 16),
        "network": {"hidden": (4,), "learning_rate": 0.001, "lam": 1.0},
    },
}


def small(name: str) -> Question:
    """Return a question."""
    return QUESTIONS[name](**SMALL[name])


def images(n: int) -> Mapping[str, LabelledPoints]:
    """Return points by the name of the dataset that a question reads."""
    X = np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32)
    return {"digits": LabelledPoints(X, np.zeros(n, np.int64))}


def answer(question: Question, *, seed: int) -> dict[str, Findings]:
    """Compute the parts of a question, round after round, and return what they find by name."""
    rounds, answers = question.rounds(seed=seed), {}
    parts: Mapping[str, Any] | None = next(rounds)
    while parts is not None:
        found = {name: part.compute(images(80), seed=seed) for name, part in parts.items()}
        answers |= found
        try:
            parts = rounds.send(found)
        except StopIteration:
            parts = None
    return answers
