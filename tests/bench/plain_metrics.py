"""Every metric by its plain definition: short loops, nothing shared, nothing compiled.

All take a `Comparison`, as the metrics do, and read from it points, distances, ranks, densities,
diagrams and labels as given.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from topo.metrics import Comparison

Array = NDArray[np.float64]


def distances(points: Array) -> Array:
    """Row by row."""
    return np.array([np.sqrt(((points - x) ** 2).sum(axis=1)) for x in points])


def ranks(given: Array) -> NDArray[np.int64]:
    """Row by row."""
    made = np.empty(given.shape, dtype=np.int64)
    for i, row in enumerate(given):
        keys = [(row[j] if j != i else -1.0, j) for j in range(len(row))]
        for rank, (_, j) in enumerate(sorted(keys)):
            made[i, j] = rank
    return made


def density(given: Array, width: float) -> Array:
    """Row by row."""
    sums = np.array([np.exp(-(row**2) / width).sum() for row in given])
    return sums / sums.sum()


def kl(sigma: float, *, raw: bool) -> Callable[[Comparison], float]:
    """Return the divergence with both densities."""

    def compute(comparison: Comparison) -> float:
        found = []
        for space in (comparison.input, comparison.latent):
            d = space.distances if raw else space.distances / space.distances.max()
            found.append(density(d, 2 * sigma**2 if raw else sigma))
        return sum(p * math.log(p / q) for p, q in zip(*found, strict=True))

    return compute


def trustworthiness(sizes: tuple[int, ...], *, swap: bool = False):
    """Return the mean over sizes k, with a loop over points and neighbours for each."""

    def compute(comparison: Comparison) -> float:
        pair = (comparison.input.ranks, comparison.latent.ranks)
        in_input, in_latent = pair[::-1] if swap else pair
        n, values = len(in_input), []
        for k in (k for k in sizes if 2 * k < len(in_input)):
            total = 0
            for i in range(n):
                for j in np.flatnonzero((in_latent[i] > 0) & (in_latent[i] <= k)):
                    total += max(0, int(in_input[i, j]) - k)
            values.append(1 - 2 * total / (n * k * (2 * n - 3 * k - 1)))
        return sum(values) / len(values)

    return compute


def rmse(comparison: Comparison) -> float:
    """Loop over all pairs."""
    x, z = comparison.input.distances, comparison.latent.distances
    total = 0.0
    for row, other in zip(x.tolist(), z.tolist(), strict=True):
        total += sum((a - b) ** 2 for a, b in zip(row, other, strict=True))
    return math.sqrt(total / x.size)


def pearson(comparison: Comparison) -> float:
    """Loop over all pairs, twice."""
    pairs = list(
        zip(
            (d for i, row in enumerate(comparison.input.distances.tolist()) for d in row[:i]),
            (d for i, row in enumerate(comparison.latent.distances.tolist()) for d in row[:i]),
            strict=True,
        )
    )
    x_mean, z_mean = (sum(each) / len(pairs) for each in zip(*pairs, strict=True))
    products = sum((x - x_mean) * (z - z_mean) for x, z in pairs)
    x_squares = sum((x - x_mean) ** 2 for x, _ in pairs)
    return products / math.sqrt(x_squares * sum((z - z_mean) ** 2 for _, z in pairs))


def knn_accuracy(comparison: Comparison) -> float:
    """Sort every row of distances and count votes."""
    labels, right = comparison.labels, 0
    for i, row in enumerate(comparison.latent.distances):
        nearest = [j for j in np.argsort(row, kind="stable")[:7] if j != i][:5]
        votes = Counter(int(labels[j]) for j in nearest)
        right += min(votes, key=lambda c: (-votes[c], c)) == labels[i]
    return right / len(labels)


def silhouette(comparison: Comparison) -> float:
    """Compare means of the distances to every class, point by point."""
    labels, values = comparison.labels, []
    members = {c: labels == c for c in np.unique(labels)}
    for i, row in enumerate(comparison.latent.distances):
        own = members[labels[i]]
        a = row[own].sum() / max(1, own.sum() - 1)
        b = min(row[mask].mean() for c, mask in members.items() if c != labels[i])
        values.append((b - a) / max(a, b) if own.sum() > 1 else 0.0)
    return float(np.mean(values))


def nesting(comparison: Comparison) -> float:
    """Ask scipy's hull about one outer point after the other, and every centre for its gap."""
    from scipy.spatial import ConvexHull

    points, labels, outer = comparison.latent.points, comparison.labels, comparison.outer
    around, cores = points[labels == outer], []
    for label in set(labels.tolist()) - {outer}:
        inner = points[labels == label]
        far = np.linalg.norm(inner - inner.mean(axis=0), axis=1)
        cores.append(inner[np.argsort(far, kind="stable")[: len(inner) - int(0.05 * len(inner))]])
    sides = ConvexHull(np.vstack(cores)).equations
    free = np.array([p for p in around if any(a * p[0] + b * p[1] + c > 0 for a, b, c in sides)])
    coverage = []
    for core in cores:
        directions = sorted(math.atan2(y, x) for x, y in free - core.mean(axis=0))
        step = 1 + int(0.01 * len(around))
        turned = [*directions[step:], *(a + 2 * math.pi for a in directions[:step])]
        gap = max((b - a for a, b in zip(directions, turned, strict=True)), default=2 * math.pi)
        gap = gap if len(directions) > step else 2 * math.pi
        coverage.append(max(0.0, 1 - gap / math.pi))
    return len(free) / len(around) * sum(coverage) / len(coverage)


def fragments(comparison: Comparison) -> float:
    """Join outer points pair by pair."""
    points = comparison.latent.points[comparison.labels == comparison.outer]
    apart = distances(points)
    reach = 2 * np.median(np.sort(apart, axis=1)[:, min(3, len(points) - 1)])
    groups = list(range(len(points)))
    for i in range(len(points)):
        for j in np.flatnonzero(apart[i, :i] <= reach):
            old, new = groups[i], groups[j]
            if old != new:
                groups = [new if group == old else group for group in groups]
    return sum(count >= 0.02 * len(points) for count in Counter(groups).values())


def _area(points: Array) -> float:
    return math.pi * math.sqrt(max(0.0, float(np.linalg.det(np.cov(points.T, bias=True)))))


def area_ratio(comparison: Comparison) -> float:
    """Compare the area of the outer covariance ellipse with the sum of the inner ones."""
    points, labels, outer = comparison.latent.points, comparison.labels, comparison.outer
    areas = [_area(points[labels == c]) for c in set(labels.tolist()) - {outer}]
    return _area(points[labels == outer]) / sum(areas)


def class_area_ratio(comparison: Comparison) -> float:
    """Compare with the median of the inner classes."""
    points, labels, outer = comparison.latent.points, comparison.labels, comparison.outer
    areas = [_area(points[labels == c]) for c in set(labels.tolist()) - {outer}]
    return _area(points[labels == outer]) / float(np.median(areas))


def radius_variation(comparison: Comparison) -> float:
    """Measure the radius of one outer point after the other."""
    around = comparison.latent.points[comparison.labels == comparison.outer].tolist()
    centre = [sum(each) / len(around) for each in zip(*around, strict=True)]
    radii = [math.dist(point, centre) for point in around]
    mean = sum(radii) / len(radii)
    return math.sqrt(sum((r - mean) ** 2 for r in radii) / len(radii)) / mean
