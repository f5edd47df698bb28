"""The weight λ of every loss that sees loops, chosen on data that the study does not judge by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.clouds import ROOT
from tests.bench.measure import Number, Section
from tests.bench.size import Size
from topo.metrics import Comparison, Space, evaluate
from topo.names import dataset_title, method_title
from topo.params import Params, load_params
from topo.params.faults import build
from topo.plan import FIRST_OF_TUNING
from topo.seeding import derive_seed

WEIGHTS = (0.1, 1.0, 10.0)
#: Draws that no stage judges by, from the tuning's first one on.
N_DRAWS = 3
#: What λ is chosen by on a dataset, and trustworthiness among equals: K4's own loops; of the noisy
#: circle, whose loop Euclidean distances do not show, the life of the longest one.
CHOSEN_BY = {"k4": "loops_same", "noisy_circle": "loops_longest"}


def loop_weights(size: Size) -> Iterator[Section]:
    """Fit every loss with every λ; the noisy circle is for those along a graph of neighbours."""
    params = load_params(ROOT / "params.yaml")
    section = Section(
        "Weights of the losses that see loops",
        f"λ of {', '.join(map(str, WEIGHTS))} on draws {FIRST_OF_TUNING} to "
        f"{FIRST_OF_TUNING + N_DRAWS - 1} of K4, which no stage judges by: the mean number of the "
        "same loops, and trustworthiness. Of losses along a graph of neighbours on such draws of "
        "the noisy circle: the mean life of the longest loop. As many steps on both as K4 has.",
    )
    usual = params.loops.training.epochs, N_DRAWS
    epochs, n_draws = (2, 1) if size.smallest else usual
    for name, used in params.loops.methods.items():
        if "lam" not in type(used.default).model_fields:
            continue
        dataset = "noisy_circle" if name.endswith("_spectral") else "k4"
        for weight in WEIGHTS[:1] if size.smallest else WEIGHTS:
            found = _scores(params, dataset, name, weight, epochs=epochs, n_draws=n_draws)
            case = f"{dataset_title(dataset)}, {method_title(name)}, λ = {weight:g}"
            for metric, mean in zip(
                (CHOSEN_BY[dataset], "trustworthiness"), found.mean(axis=0), strict=True
            ):
                section.numbers.append(Number(f"{case}: {metric}", float(mean), ""))
        yield section


def _scores(
    params: Params, dataset: str, name: str, weight: float, *, epochs: int, n_draws: int
) -> NDArray[np.float64]:
    """Return what λ is chosen by, and trustworthiness, of every draw: (n_draws, 2)."""
    usual = params.loops.method(name, dataset)
    own = {"lam": weight, "epochs": epochs}
    method = build(type(usual), {**usual.model_dump(), **own}, name)
    rows = []
    for draw in range(FIRST_OF_TUNING, FIRST_OF_TUNING + n_draws):
        X = params.datasets[dataset].drawn(draw).load(Path()).X
        seed = derive_seed("weights", dataset, name, draw)
        made = Space.of(method.embed(X, X, seed=seed).points)
        scores = evaluate(Comparison(Space.of(X), made), [CHOSEN_BY[dataset], "trustworthiness"])
        rows.append([score.value for score in scores])
    return np.array(rows)
