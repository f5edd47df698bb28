"""Conclusions on noise: that of gradients in dimension 1, and that which hides a circle (5.1)."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pandas as pd

from topo.names import dataset_title, method_title
from topo.statements.claims.loops import THEME, in_loops, keeps_loops
from topo.statements.contrasts import paired
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import INTERVAL, mean_within, sample_within
from topo.statements.quantities import LONGEST_LOOP, slug
from topo.statements.samples import theory_sample
from topo.statements.statement import Conclusion, Statement, Threshold

_conclusion = partial(Conclusion, theme=THEME)

#: Datasets of the experiment, and the points in a batch: as many as the autoencoders train on.
_DATASETS, _BATCH = ("k4", "spheres"), 128
#: Times as many batches as in dimension 0 from which dimension 1 is inefficient.
_INEFFICIENT = 2.0
#: Life of a picture's longest loop from which it has one; see `topo.metrics.loops`.
_LOOP = 0.25


def _noisier(dataset: str) -> Statement:
    title = dataset_title(dataset)
    measure = _batches_needed(dataset)
    return Statement.at(
        f"gradients-in-dimension-1-are-noisier-{dataset}",
        f"On {title} the gradient of the edges in dimension 1 needs twice as many batches as that "
        "of the edges in dimension 0 to be as exact.",
        "Looks at the variance of the gradient by the encoder's weights over random batches of "
        f"{_BATCH} points, divided by the square of the mean gradient: in dimension 1, divided by "
        f"the same in dimension 0. Holds if the interval lies above {_INEFFICIENT:g}, does not "
        f"hold if below. {INTERVAL} What a step costs in seconds is no part of it, since machines "
        "differ: docs/loops.md has it.",
        Threshold(
            "times as many batches",
            _INEFFICIENT,
            (1.5, 4.0),
            "Twice the steps are felt.",
            lambda low: mean_within(
                measure,
                f"batches of {title} that a gradient in dimension 1 needs, per batch in dimension "
                "0",
                low=low,
            ),
        ),
    )


def _batches_needed(dataset: str) -> Measure:
    samples = [
        theory_sample(f"gradient_noise/{dataset}/batch={_BATCH}", "noise", dimension)
        for dimension in (0, 1)
    ]

    def measure(evidence: Evidence) -> pd.Series[float]:
        # Means over n batches have 1/n of the variance.
        squares = paired(evidence, samples) ** 2
        return squares[1] / squares[0]

    return measure


_CIRCLE = (
    "Looks at the life of the picture's longest loop, in units of its median distance. Noise "
    "scatters neighbours along the circle, so that no cycle of the input can be carried: that the "
    "loop is the circle's is not asked."
)


def _life(bound: Literal["low", "high"], method: str) -> Threshold:
    sample = in_loops("noisy_circle", method, LONGEST_LOOP)
    return Threshold(
        "life from which a picture has a loop",
        _LOOP,
        (0.2, 0.3),
        "As loops are counted elsewhere; the longest among as many random points lives 0.16.",
        lambda value: sample_within(sample, **{bound: value}),
    )


def _loses_circle(method: str) -> Statement:
    return Statement.at(
        f"{slug(method)}-loses-noisy-circle",
        f"Noise in 50 dimensions hides a circle from {method_title(method)}.",
        f"{_CIRCLE} Holds if the interval lies below {_LOOP:g}, does not hold if above. {INTERVAL}",
        _life("high", method),
    )


def _keeps_circle(method: str) -> Statement:
    return Statement.at(
        f"{slug(method)}-keeps-noisy-circle",
        f"{method_title(method)} draws a loop of a circle under noise in 50 dimensions.",
        f"{_CIRCLE} Holds if the interval lies above {_LOOP:g}, does not hold if below. {INTERVAL}",
        _life("low", method),
    )


LOOP_NOISE_CONCLUSIONS = (
    _conclusion(
        name="higher-dimensional-edges-are-noisy",
        place="5.1",
        quote="focusing on edges that create or destroy higher-dimensional features introduces "
        "computational inefficiencies due to noise",
        readings=tuple(map(_noisier, _DATASETS)),
    ),
    _conclusion(
        name="noise-hides-loops",
        place="5.1",
        quote="inefficiencies due to noise",
        readings=(
            *map(_loses_circle, ("topoae", "topoae_h1")),
            *map(_keeps_circle, ("topoae_spectral", "topoae_h1_spectral")),
        ),
    ),
    _conclusion(
        name="probabilistic-models-capture-loops",
        place="abstract",
        quote="purely probabilistic models can often capture topological features",
        readings=(
            *map(_keeps_circle, ("tsne", "umap")),
            *map(keeps_loops, ("tsne", "umap")),
        ),
    ),
)
