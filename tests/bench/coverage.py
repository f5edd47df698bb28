"""How often the reported intervals hold the truth: studies of a pool of SPHERES, fresh draws all.

The pool stands for the population: its mean is the truth, and a study takes some of it at random.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.evaluate import evaluate_embedding, make_reference
from tests.bench.clouds import study
from tests.bench.measure import Goal, Number, Section
from tests.bench.size import Size
from topo.datasets.spheres import Spheres
from topo.inference import compare, mean_interval
from topo.methods import METHODS
from topo.metrics.evaluation import Score
from topo.names import method_title
from topo.splits import Fractions, Split, stratified_split
from topo.table.layout import SHORT_TITLES

N_POOL, N_STUDIES, N_SPLITS = 120, 1000, 5
#: Points of a draw, in proportion to those of the study.
POINTS = {"n_points_per_inner": 100, "n_outer": 1000}
QUANTITIES = ("sliced_wasserstein", "bottleneck", "rmse", "kl_0.1", "trustworthiness")
FITTED = {"pca": {}, "tsne": {"perplexity": 30.0}}
#: In per cent; nominal is 95.
LEAST = 90.0

#: Values by method and metric: a row for every draw, a column for every split of it.
Pool = Mapping[tuple[str, str], NDArray[np.float64]]


def coverage(size: Size) -> Section:
    """Count the studies whose intervals hold the mean of all draws."""
    n_pool, n_studies = (3, 20) if size.smallest else (N_POOL, N_STUDIES)
    n = study()["benchmark"]["per_dataset"]["spheres"]["repetitions"]
    pool = _pool(n_pool)
    rng = np.random.default_rng(0)
    rows = rng.integers(n_pool, size=(n_studies, n))
    section = Section("How often intervals hold the truth", _about(n_pool, n_studies, n))
    for what, values in _measures(pool):
        held = [_holds(values[chosen, 0], values[:, 0].mean()) for chosen in rows]
        section.goals.append(_goal(f"{what}, {n} draws", held, is_varied=bool(values.any())))
    for name, ratio in (("plain", 0.0), ("corrected", _ratio())):
        for what, values in _measures(pool):
            held = [_holds(splits, values.mean(), test_to_train=ratio) for splits in values]
            share, error = _share(held)
            case = f"{what}, {N_SPLITS} splits of one draw, {name} (± {error:.1f})"
            section.numbers.append(Number(case, share, "%"))
    false = [_finds(pool, chosen, rng) for chosen in rows]
    share, error = _share(false)
    section.numbers.append(
        Number(f"a difference found where there is none, {n} draws (± {error:.1f})", share, "%")
    )
    return section


def _about(n_pool: int, n_studies: int, n: int) -> str:
    return (
        f"A pool of {n_pool} fresh draws of SPHERES ({sum(_sizes())} points each) stands for all "
        f"there are. {n_studies} studies of {n} draws each, taken with replacement, report a mean "
        "with its 95 % interval, or the mean paired difference of t-SNE and PCA; goals are how "
        "often the pool's mean is in it, with the Monte-Carlo standard error. Below stands the "
        f"same for {N_SPLITS} splits of one draw, every draw of the pool once: the plain interval, "
        "which speaks of splits of these points alone, and the one corrected for overlapping "
        "splits, which is meant for new samples. A difference where there is none: PCA's d_SW "
        "against itself on other draws."
    )


def _sizes() -> tuple[int, int]:
    given = study()["datasets"]["spheres"]
    return given["n_inner"] * POINTS["n_points_per_inner"], POINTS["n_outer"]


def _ratio() -> float:
    fractions = study()["split"]["fractions"]
    return fractions["test"] / fractions["train"]


def _pool(n_pool: int) -> Pool:
    """Embed and score every split of every draw."""
    names = {name: study()["datasets"]["spheres"][name] for name in Spheres.model_fields}
    fractions = Fractions(**study()["split"]["fractions"])
    found: dict[tuple[str, str], list[list[float]]] = {}
    for draw in range(n_pool):
        data = Spheres(**names | POINTS | {"seed": 1000 + draw}).load(Path())
        for split in range(N_SPLITS):
            parts = stratified_split(data.y, fractions, seed=N_SPLITS * draw + split)
            for key, value in _scores(data.X, parts):
                rows = found.setdefault(key, [])
                if split == 0:
                    rows.append([])
                rows[-1].append(value)
    return {key: np.array(rows) for key, rows in found.items()}


def _scores(X: NDArray[np.float32], split: Split) -> Iterator[tuple[tuple[str, str], float]]:
    reference = make_reference(X, split.test, None)
    for name, given in FITTED.items():
        made = METHODS[name](**given).embed(X[split.train], X[split.test], seed=0)
        scores = evaluate_embedding(
            parts=QUANTITIES,
            scalars=dict(made.scalars),
            outer=None,
            reference=reference,
            embedding=made.points,
            labels=np.zeros(len(split.test), dtype=np.int64),
        )
        for metric in QUANTITIES:
            found = [Score(*each) for each in scores.values[metric]]
            raw = [each for each in found if each.scaling == "raw" and not each.dimension]
            yield (name, metric), raw[0].value


def _measures(pool: Pool) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for metric in QUANTITIES:
        title = SHORT_TITLES[metric, "raw"]
        for name in FITTED:
            yield f"{title} of {method_title(name)}", pool[name, metric]
        first, second = (pool[name, metric] for name in reversed(FITTED))
        yield f"{title}, difference", first - second


def _holds(values: NDArray[np.float64], truth: float, *, test_to_train: float = 0.0) -> bool:
    mean = mean_interval(values, test_to_train=test_to_train)
    # Rounding aside: where all differences are 0, so is the truth.
    slack = 1e-9 * max(1.0, abs(truth))
    return mean.low - slack <= truth <= mean.high + slack


def _finds(pool: Pool, chosen: NDArray[np.int64], rng: np.random.Generator) -> bool:
    values = pool["pca", "sliced_wasserstein"][:, 0]
    others = rng.integers(len(values), size=len(chosen))
    return compare(values[chosen], values[others]).side() != 0


def _share(held: Sequence[bool]) -> tuple[float, float]:
    """Return a share and its Monte-Carlo standard error, in per cent."""
    share = float(np.mean(held))
    return 100 * share, 100 * math.sqrt(share * (1 - share) / len(held))


def _goal(what: str, held: Sequence[bool], *, is_varied: bool) -> Goal:
    share, error = _share(held)
    ties = "" if is_varied else "; both are equal in every draw, so there is nothing to miss"
    return Goal(
        f"{what}: the interval holds the truth",
        "≥",
        LEAST,
        share,
        "%",
        f"± {error:.1f} by Monte Carlo, {len(held)} studies; nominal is 95{ties}",
    )
