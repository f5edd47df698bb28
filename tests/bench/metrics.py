"""Every metric against its plain definition and against scikit-learn; the whole suite."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from tests.bench import plain_diagrams, plain_metrics
from tests.bench.clouds import plane, spheres, study
from tests.bench.measure import Goal, Number, Section, Side, compare, seconds_of
from tests.bench.serial import score_embedding
from tests.bench.size import Size
from topo.datasets.base import LabelledPoints
from topo.homology.diagrams import persistence_diagrams
from topo.homology.planar import planar_loops
from topo.metrics import METRICS, Comparison, Space, evaluate
from topo.metrics.classes import knn_accuracy, silhouette
from topo.metrics.compute.kernels import SIGMAS, kernel_densities, raw_density, relative_density
from topo.metrics.compute.ranking import rank_rows
from topo.metrics.compute.space import pairwise_distances
from topo.metrics.density import kl_divergence
from topo.metrics.diagram import BEST_FACTORS
from topo.metrics.local import trustworthiness

#: A plain version that would take longer is not run but extrapolated.
MOST_SECONDS = 30.0
AIM = 1.0
SIZES = (500, 2000, 8000)
PLAIN, SKLEARN = "plain loops", "scikit-learn"

#: What was tried for all metrics of one embedding, measured by hand.
TRIED = (
    "diagrams from the spanning tree, ranks by a radix sort and sliced Wasserstein merging four "
    "directions at once took it from 1.69 to 0.7 s. Densities from half of the pairs would save "
    "0.05 s more, but their last bits lead the search for t-SNE's perplexity to another value"
)
REPORTED = {"reconstruction_error": 3.2, "tsne_kl": 1.5}

Compute = Callable[[Comparison], object]


class Case(NamedTuple):
    """A metric here, the same otherwise, and how the other's time grows with n.

    Attributes
    ----------
    ours, other
        Functions of a comparison whose spaces are measured already; where `other` is a library's
        function of points, `ours` begins with the points too.
    power
        The other's time grows like n to this power.
    against
        Name of the other.
    same
        Whether both are the same number to 1e-5.
    """

    ours: Compute
    other: Compute
    power: float = 2.0
    against: str = PLAIN
    same: bool = True


class Known(NamedTuple):
    """Seconds of both sides of a case at the last number of points."""

    n: int
    other: float
    ours: float


def _registered(name: str) -> Compute:
    return METRICS[name][0].compute


def _kl(sigma: float, *, raw: bool) -> Compute:
    density = raw_density if raw else relative_density

    def compute(comparison: Comparison) -> float:
        spaces = comparison.input, comparison.latent
        return kl_divergence(*(density(space.distances, sigma=sigma) for space in spaces))

    return compute


def _best(name: str, *, factor: bool = False) -> Compute:
    # Not through the registry, which remembers the last searches.
    def compute(comparison: Comparison) -> float:
        diagrams = comparison.input.diagrams[0], comparison.latent.diagrams[0]
        return BEST_FACTORS[name](*diagrams)[0 if factor else 1]

    return compute


def _loops(reduce: Callable[[list[float]], float]) -> Compute:
    def compute(comparison: Comparison) -> float:
        births, deaths = planar_loops(comparison.latent.points).T
        return reduce((deaths - births).tolist())

    return compute


def _ranks(points: np.ndarray) -> np.ndarray:
    return rank_rows(pairwise_distances(points))


def _trust_of_points(comparison: Comparison, *, sizes: tuple[int, ...]) -> float:
    ranks = (_ranks(space.points) for space in (comparison.input, comparison.latent))
    return trustworthiness(*ranks, sizes=[k for k in sizes if 2 * k < comparison.n_points])


def _trust_of_sklearn(comparison: Comparison, *, sizes: tuple[int, ...]) -> float:
    from sklearn.manifold import trustworthiness as of_sklearn

    points = comparison.input.points, comparison.latent.points
    fitting = [k for k in sizes if 2 * k < comparison.n_points]
    return float(np.mean([of_sklearn(*points, n_neighbors=k) for k in fitting]))


def _silhouette_of_sklearn(comparison: Comparison) -> float:
    from sklearn.metrics import silhouette_score

    return silhouette_score(comparison.latent.points, comparison.labels)


def _knn_of_sklearn(comparison: Comparison) -> float:
    from sklearn.neighbors import NearestNeighbors

    points, labels = comparison.latent.points, comparison.labels
    nearest = NearestNeighbors(n_neighbors=5).fit(points).kneighbors(return_distance=False)
    votes = np.stack([(labels[nearest] == c).sum(axis=1) for c in range(labels.max() + 1)])
    return float((votes.argmax(axis=0) == labels).mean())


ALL_SIZES = tuple(range(10, 201, 10))

#: What several metrics share, by what it is.
PARTS = {
    "distances (input)": Case(
        lambda c: pairwise_distances(c.input.points),
        lambda c: plain_metrics.distances(c.input.points),
    ),
    "neighbour ranks": Case(
        lambda c: rank_rows(c.latent.distances),
        lambda c: plain_metrics.ranks(c.latent.distances),
    ),
    "diagram, dimension 0": Case(
        lambda c: persistence_diagrams(c.input.distances, (0,))[0],
        lambda c: plain_diagrams.dimension_0(c.input.distances),
    ),
}

#: Every metric by name; those with several scalings by the one that costs most.
CASES: dict[str, Case] = {
    **{
        f"kl_{'raw_' if raw else ''}{sigma:g}": Case(
            _kl(sigma, raw=raw), plain_metrics.kl(sigma, raw=raw)
        )
        for raw in (False, True)
        for sigma in SIGMAS
    },
    "trustworthiness": Case(
        _registered("trustworthiness"), plain_metrics.trustworthiness(ALL_SIZES), 1.5
    ),
    "trustworthiness_k5": Case(
        _registered("trustworthiness_k5"), plain_metrics.trustworthiness((5,)), 1.5
    ),
    "continuity": Case(
        _registered("continuity"), plain_metrics.trustworthiness(ALL_SIZES, swap=True), 1.5
    ),
    "rmse": Case(_registered("rmse"), plain_metrics.rmse),
    "distance_pearson": Case(_registered("distance_pearson"), plain_metrics.pearson),
    "bottleneck": Case(
        _registered("bottleneck"),
        plain_diagrams.diagram_metric(plain_diagrams.bottleneck, "raw"),
        3.0,
    ),
    "sliced_wasserstein": Case(
        _registered("sliced_wasserstein"),
        plain_diagrams.diagram_metric(plain_diagrams.sliced_wasserstein, "raw"),
        1.1,
    ),
    "wasserstein_1": Case(
        _registered("wasserstein_1"),
        plain_diagrams.diagram_metric(plain_diagrams.wasserstein(1), "raw"),
        3.0,
    ),
    "wasserstein_2": Case(
        _registered("wasserstein_2"),
        plain_diagrams.diagram_metric(plain_diagrams.wasserstein(2), "raw"),
        3.0,
    ),
    "bottleneck_factor": Case(
        _best("bottleneck"), plain_diagrams.best(plain_diagrams.bottleneck), 3.0, same=False
    ),
    "sliced_wasserstein_factor": Case(
        _best("sliced_wasserstein"),
        plain_diagrams.best(plain_diagrams.sliced_wasserstein),
        1.1,
        same=False,
    ),
    "matched_share": Case(
        _registered("matched_share"), plain_diagrams.matched_share("raw"), 3.0, same=False
    ),
    "input_max_death": Case(_registered("input_max_death"), plain_diagrams.deaths("input", max), 1),
    "latent_max_death": Case(
        _registered("latent_max_death"), plain_diagrams.deaths("latent", max), 1
    ),
    "latent_total_persistence": Case(
        _registered("latent_total_persistence"), plain_diagrams.deaths("latent", math.fsum), 1
    ),
    # The plain ones are loops of the Vietoris–Rips filtration, which die a little earlier.
    "latent_h1_max_persistence": Case(_loops(max), plain_diagrams.loops(max), 3.0, same=False),
    "latent_h1_total_persistence": Case(
        _loops(math.fsum), plain_diagrams.loops(math.fsum), 3.0, same=False
    ),
    "knn_accuracy": Case(_registered("knn_accuracy"), plain_metrics.knn_accuracy),
    "silhouette": Case(_registered("silhouette"), plain_metrics.silhouette),
    "nesting": Case(_registered("nesting"), plain_metrics.nesting, 1.0),
    "outer_fragments": Case(_registered("outer_fragments"), plain_metrics.fragments),
    "outer_inner_area_ratio": Case(
        _registered("outer_inner_area_ratio"), plain_metrics.area_ratio, 1.0
    ),
    "outer_class_area_ratio": Case(
        _registered("outer_class_area_ratio"), plain_metrics.class_area_ratio, 1.0
    ),
    "outer_radius_variation": Case(
        _registered("outer_radius_variation"), plain_metrics.radius_variation, 1.0
    ),
}

#: What scikit-learn has, both sides beginning with the points.
LIBRARY = {
    "trustworthiness_k5, from points": Case(
        partial(_trust_of_points, sizes=(5,)), partial(_trust_of_sklearn, sizes=(5,)), 2, SKLEARN
    ),
    "trustworthiness, k = 10 … 200, from points": Case(
        partial(_trust_of_points, sizes=ALL_SIZES),
        partial(_trust_of_sklearn, sizes=ALL_SIZES),
        2,
        SKLEARN,
    ),
    "silhouette, from points": Case(
        lambda c: silhouette(pairwise_distances(c.latent.points), c.labels),
        _silhouette_of_sklearn,
        2,
        SKLEARN,
    ),
    "knn_accuracy, from points": Case(
        lambda c: knn_accuracy(_ranks(c.latent.points), c.labels), _knn_of_sklearn, 1, SKLEARN
    ),
}


def _comparison(n: int) -> Comparison:
    data = spheres(n)
    spaces = Space.of(data.X), Space.of(plane(data))
    return Comparison(*spaces, data.y, data.outer, REPORTED)


def metrics(size: Size) -> Section:
    """Compare each metric with its plain definition at growing numbers of points."""
    section = Section(
        "Every metric against its plain definition and scikit-learn",
        "SPHERES and its first two principal components. Both sides are given the same distances, "
        "ranks and diagrams, unless the row begins with the points, and must return the same "
        f"number, which is checked at {SIZES[0]} points. A plain version that would take over "
        f"{MOST_SECONDS:g} s is not run: from what it takes of fewer points follows how many times "
        "slower it is at least, if its time grows like n², or as the case has it where that is "
        "less. Other scalings of a distance between diagrams cost what the one shown does. Where "
        "scikit-learn's own routine for one metric alone, from the points, is faster (knn_accuracy,"
        " silhouette, trustworthiness_k5), it needs no ranks or no distances of all pairs; in the "
        "study these are there already, shared by several metrics and, on the input's side, by all "
        "embeddings of a split.",
    )
    known: dict[str, Known] = {}
    for n in (60,) if size.smallest else (125, *SIZES):
        comparison = _comparison(n)
        for name, case in {**PARTS, **CASES, **LIBRARY}.items():
            if not size.smallest and n == 125:
                # Compiles and loads, too: what takes long is then called once.
                case.ours(comparison)
                calls = partial(case.other, comparison), partial(case.ours, comparison)
                known[name] = Known(n, *map(seconds_of, calls))
            else:
                _measure(section, name, case, comparison, known, size)
    section.skipped.append(
        "`reconstruction_error` and `tsne_kl` are handed over by the method: nothing is computed"
    )
    return section


def _measure(
    section: Section,
    name: str,
    case: Case,
    comparison: Comparison,
    known: dict[str, Known],
    size: Size,
) -> None:
    n = comparison.n_points
    before = known.get(name, Known(n, 0.0, 0.0))
    expected = before.other * (n / before.n) ** case.power
    if expected > MOST_SECONDS:
        section.numbers += _extrapolated(name, case, comparison, known[name])
        return
    if case.same and n <= SIZES[0]:
        np.testing.assert_allclose(case.ours(comparison), case.other(comparison), 1e-5, 1e-12)
    longest = max(expected, before.ours * (n / before.n) ** 2)
    rounds = 1 if longest > 0.5 else size.few_rounds
    warm = _nothing if before.n < n else None
    sides = (
        Side(case.against, partial(case.other, comparison), warm),
        Side("this project", partial(case.ours, comparison), warm),
    )
    ratio = compare(f"{name}, n = {n:,}", *sides, rounds=rounds)
    section.ratios.append(ratio)
    known[name] = Known(n, ratio.slower_seconds, ratio.faster_seconds)
    print(f"  {ratio.case}, against {case.against}: {ratio.ratio:.3g}", flush=True)


def _nothing() -> None:
    """Stand for a first call: fewer points have been measured before."""


def _extrapolated(
    name: str, case: Case, comparison: Comparison, known: Known
) -> tuple[Number, Number]:
    """Measure this side alone; the other's time grows like n² at least, or as is known of it."""
    n = comparison.n_points
    ours = seconds_of(partial(case.ours, comparison))
    times = known.other * (n / known.n) ** min(case.power, 2.0) / ours
    label = f"{name}, n = {n:,}: {case.against} slower, extrapolated from n = {known.n:,}, at least"
    print(f"  {label}: {times:.3g}", flush=True)
    return Number(f"{name}, n = {n:,}: this project", ours, "s"), Number(label, times, "×")


def suite(size: Size) -> Section:
    """Measure what one embedding of 2,000 points costs, and what for."""
    n = 60 if size.smallest else 2000
    section = Section(
        "All metrics of one embedding",
        f"One embedding of {n:,} points of SPHERES whose input has been measured before: its "
        "distances, neighbour ranks, densities and diagram, then metrics; one thread. The plain "
        "script has scikit-learn's trustworthiness for k = 10 … 200, giotto-tda's diagrams and "
        "distances, measures the input anew, and has no scalings and no factors.",
    )
    comparison = _comparison(n)
    names = study()["benchmark"]["metrics"]
    whole = _seconds_of_suite(comparison, list(METRICS), rounds=size.few_rounds)
    studied = _seconds_of_suite(comparison, names, rounds=size.few_rounds)
    section.numbers += [
        Number(f"all {len(METRICS)} metrics", whole, "s"),
        Number(f"the {len(names)} metrics of params.yaml's benchmark", studied, "s"),
    ]
    data = spheres(n)
    sides = (
        _plain_script(data, comparison.latent.points, names),
        Side("this project", lambda: _score(comparison, names)),
    )
    ratio = compare("the benchmark's metrics", *sides, rounds=1)
    section.ratios.append(ratio)
    parts = dict(sorted(_parts(comparison), key=lambda part: -part[1]))
    section.numbers += [Number(name, seconds, "s") for name, seconds in list(parts.items())[:12]]
    section.series["parts"] = parts
    section.goals.append(
        Goal(f"all metrics at n = {n:,}", "≤", AIM, whole, "s", _reason(parts, whole), TRIED)
    )
    return section


def _plain_script(data: LabelledPoints, Z: np.ndarray, names: list[str]) -> Side:
    def score(some: slice) -> None:
        score_embedding(data.X[some], Z[some], data.y[some], data.outer, names)

    return Side("plain script", lambda: score(slice(None)), lambda: score(slice(0, 60)))


def _score(comparison: Comparison, names: list[str]) -> None:
    latent = Space.of(comparison.latent.points)
    labels, outer = comparison.labels, comparison.outer
    evaluate(Comparison(comparison.input, latent, labels, outer, comparison.scalars), names)


def _forget_searches() -> None:
    """Have the searches for factors and loops made again, as for an embedding not seen before."""
    from topo.metrics import diagram

    for remembered in vars(diagram).values():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


def _seconds_of_suite(comparison: Comparison, names: list[str], *, rounds: int) -> float:
    _score(comparison, names)
    taken = []
    for _ in range(rounds):
        _forget_searches()
        taken.append(seconds_of(lambda: _score(comparison, names)))
    return float(np.median(taken))


def _parts(comparison: Comparison) -> Iterator[tuple[str, float]]:
    """Time each part of `_score`; what two metrics share counts for the first of them."""
    points, distances = comparison.latent.points, comparison.latent.distances
    yield "distances", seconds_of(lambda: pairwise_distances(points))
    yield "neighbour ranks", seconds_of(lambda: rank_rows(distances))
    yield "6 densities", seconds_of(lambda: kernel_densities(distances))
    yield "diagram, dimension 0", seconds_of(lambda: persistence_diagrams(distances, (0,)))
    _forget_searches()
    for name, entries in METRICS.items():
        for metric in entries:
            seconds = seconds_of(lambda compute=metric.compute: compute(comparison))
            yield f"{name} ({metric.scaling})" if len(entries) > 1 else name, seconds


def _reason(parts: dict[str, float], whole: float) -> str:
    total = sum(parts.values())
    first = list(parts.items())[:4]
    named = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in first)
    share = sum(seconds for _, seconds in first) / total
    return f"of {whole:.2f} s, four parts take {100 * share:.0f} %: {named}"
