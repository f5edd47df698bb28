"""Training: what the topological term costs."""

from __future__ import annotations

import torch

from tests.bench.clouds import spheres, study
from tests.bench.loss import _batch, _step
from tests.bench.measure import Call, Goal, Section, Side, compare, seconds_at_best
from tests.bench.size import Size
from topo.nn.estimators import Autoencoder
from topo.nn.topological_autoencoder import TopologicalAutoencoder

AIM = 1.4
N_TRAIN = 6000


def training(size: Size) -> Section:
    """Compare a TopoAE with an AE of the same net and epochs, fitted on SPHERES."""
    section = Section(
        "Training TopoAE against training AE",
        "The same net, batches and epochs as in params.yaml on the 6,000 training points of "
        "SPHERES, one thread. The ratio is TopoAE by AE: 1 would be a topological term for "
        "nothing.",
    )
    torch.set_num_threads(1)
    fit_ae, fit_topoae = _fits(size)
    ratio = compare(
        "20 epochs of 6,000 points, batches of 128",
        Side("TopoAE", fit_topoae),
        Side("AE", fit_ae),
        rounds=5 if not size.smallest else 1,
    )
    section.ratios.append(ratio)
    reason = _reason(ratio.slower_seconds, ratio.faster_seconds)
    section.goals.append(Goal("training TopoAE by training AE", "≤", AIM, ratio.ratio, "×", reason))
    return section


def _fits(size: Size) -> tuple[Call, Call]:
    X = spheres(60 if size.smallest else N_TRAIN).X
    given = {k: v for k, v in study()["methods"]["topoae"].items() if k != "per_dataset"}
    if size.smallest:
        given["epochs"] = 1
    usual = {k: v for k, v in given.items() if k != "lam"}

    return (
        lambda: Autoencoder(**usual, random_state=0).fit(X),
        lambda: TopologicalAutoencoder(**given, random_state=0).fit(X),
    )


def _reason(topoae: float, ae: float) -> str:
    given = study()["methods"]["topoae"]
    steps = given["epochs"] * -(-N_TRAIN // given["batch_size"])
    term = seconds_at_best(_step(*_batch(given["batch_size"]), None))
    return (
        f"a step of AE takes {1e3 * ae / steps:.2f} ms, one of TopoAE {1e3 * topoae / steps:.2f} "
        f"ms; the term alone, forward and backward, takes {1e3 * term:.2f} ms of it, "
        f"{100 * term * steps / ae:.0f} % of AE's step"
    )
