"""UMAP's layout: points attract along the edges of their graph and repel points drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topo.homology.compilation import compiled

# umap-learn's defaults. At distance d two points are connected with 1 / (1 + A d^(2 B)), which
# umap-learn fits to its `min_dist` 0.1 and `spread` 1.
A, B = 1.5769434602912036, 0.8950608779947933
_NEGATIVE_SAMPLE_RATE = 5.0
_LONGEST_STEP = np.float32(4)

#: Bits of a float32 behind those that number its cell: all of the exponent, 6 of the fraction.
_BITS = np.uint32(17)
#: Squared distances between which forces are tabulated: below and above the nearest one serves,
#: since steps are shorter than 0.01 there.
_CLOSEST, _FARTHEST = 2.0**-40, 2.0**30
#: Cells before those of infinity.
_FINITE = 255 << 6
#: From this squared distance on no force is as long as the longest step.
_NEVER_CLIPPED = np.float32(1)


class Edges(NamedTuple):
    """Edges of a weighted graph, and when each pulls.

    Attributes
    ----------
    head, tail : (n_edges,) int32 arrays
        The points of each edge, never the same twice; either way round is an edge of its own. In
        that order they pull.
    interval : (n_edges,) float64 array
        Epochs from one pull of the edge to its next, at least 1.
    """

    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    interval: NDArray[np.float64]


def lay_out(
    start: NDArray[np.float32], edges: Edges, draws: NDArray[np.int64], n_epochs: int
) -> NDArray[np.float32]:
    """Minimise the fuzzy cross entropy between a graph and points in the plane.

    As umap-learn's `optimize_layout_euclidean` does: its schedule, its random numbers, its
    objective. Nothing but addition, multiplication, division and square roots is used, so that
    every processor gives the same bits.

    Parameters
    ----------
    start : (n, 2) float32 array
        Where the points begin.
    edges
        The graph.
    draws : (3,) int64 array
        Seed of the random numbers, which every point has of its own.
    n_epochs
        How many.

    Returns
    -------
    (n, 2) float32 array
        Where they end.
    """
    state = State.of(start, edges, draws)
    for epoch in range(n_epochs):
        move(state, edges, epoch, learning_rate(epoch, n_epochs))
    return np.column_stack([state.x, state.y])


def learning_rate(epoch: int, n_epochs: int) -> float:
    """Return what an epoch's steps are multiplied with; the first two have 1."""
    return 1.0 - max(epoch - 1, 0) / n_epochs


class State(NamedTuple):
    """What changes from epoch to epoch.

    Attributes
    ----------
    x, y : (n,) float32 arrays
        Coordinates.
    due, due_repulsion : (n_edges,) float64 arrays
        The epoch in which each edge pulls next, and in which its head is next repelled.
    draws : (n, 3) int64 array
        State of every point's random numbers.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    due: NDArray[np.float64]
    due_repulsion: NDArray[np.float64]
    draws: NDArray[np.int64]

    @classmethod
    def of(cls, start: NDArray[np.float32], edges: Edges, draws: NDArray[np.int64]) -> State:
        """Return the state before the first epoch."""
        x, y = start[:, 0].copy(), start[:, 1].copy()
        own = draws + x.astype(np.float64).view(np.int64)[:, None]
        return cls(x, y, edges.interval.copy(), edges.interval / _NEGATIVE_SAMPLE_RATE, own)


def move(state: State, edges: Edges, epoch: int, rate: float) -> None:
    """Let every edge pull that is due, and its head be repelled; change the state in place."""
    _move(*state, *edges, *_forces(), np.float32(rate), epoch)


def _move_loop(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    due: NDArray[np.float64],
    due_repulsion: NDArray[np.float64],
    draws: NDArray[np.int64],
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    interval: NDArray[np.float64],
    attraction: NDArray[np.float32],
    repulsion: NDArray[np.float32],
    rate: np.float32,
    epoch: int,
) -> None:
    n = len(x)
    longest = rate * _LONGEST_STEP
    # A random whole number r ≥ -2³¹ modulo n, without a slow division of whole numbers: in double
    # precision the half keeps every quotient off the whole numbers by more than it is wrong.
    shift = (2**31 // n + 1) * n
    shift_and_half, share = shift + 0.5, 1.0 / n
    for edge in range(len(head)):
        if due[edge] > epoch:
            continue
        # Unsigned, which spares a look whether the index counts from the end.
        j, k = np.uint64(head[edge]), np.uint64(tail[edge])
        head_x, head_y = x[j], y[j]
        dx, dy = head_x - x[k], head_y - y[k]
        force = rate * _force(attraction, dx * dx + dy * dy)
        step_x = min(max(force * dx, -longest), longest)
        step_y = min(max(force * dy, -longest), longest)
        head_x -= step_x
        head_y -= step_y
        x[k] += step_x
        y[k] += step_y
        due[edge] += interval[edge]
        pause = interval[edge] / _NEGATIVE_SAMPLE_RATE
        n_repulsions = int((epoch - due_repulsion[edge]) / pause)
        due_repulsion[edge] += n_repulsions * pause
        a, b, c = draws[j, 0], draws[j, 1], draws[j, 2]
        for _ in range(n_repulsions):
            # Tausworthe's generator as umap-learn has it.
            a = ((a & 0xFFFFFFFE) << 12 & 0xFFFFFFFF) ^ (((a << 13 & 0xFFFFFFFF) ^ a) >> 19)
            b = ((b & 0xFFFFFFF8) << 4 & 0xFFFFFFFF) ^ (((b << 2 & 0xFFFFFFFF) ^ b) >> 25)
            c = ((c & 0xFFFFFFF0) << 17 & 0xFFFFFFFF) ^ (((c << 3 & 0xFFFFFFFF) ^ c) >> 11)
            drawn = np.int64(np.int32(a ^ b ^ c))
            other = np.uint64(drawn + shift - np.int64((drawn + shift_and_half) * share) * n)
            if other == j:
                continue
            dx, dy = head_x - x[other], head_y - y[other]
            squared = dx * dx + dy * dy
            force = rate * _force(repulsion, squared)
            step_x, step_y = force * dx, force * dy
            if squared < _NEVER_CLIPPED:
                step_x = min(max(step_x, -longest), longest)
                step_y = min(max(step_y, -longest), longest)
            head_x += step_x
            head_y += step_y
        draws[j, 0], draws[j, 1], draws[j, 2] = a, b, c
        x[j], y[j] = head_x, head_y


def _force_loop(table: NDArray[np.float32], squared: np.float32) -> np.float32:
    """Look up a force by its squared distance."""
    cell = np.uint64(np.float32(squared).view(np.uint32) >> _BITS)
    force: np.float32 = (
        table[0, cell] + table[1, cell] * squared + table[2, cell] * (squared * squared)
    )
    return force


_force = compiled(_force_loop)
_move = compiled(_move_loop)


@cache
def _forces() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tabulate attraction and repulsion by the squared distance, in 10 ms.

    Their powers are what takes the time in umap-learn's loop.
    """

    def attraction(squared: NDArray[np.float64]) -> NDArray[np.float64]:
        power = _power(squared, B)
        return 2 * A * B * power / squared / (1 + A * power)

    def repulsion(squared: NDArray[np.float64]) -> NDArray[np.float64]:
        return 2 * B / ((0.001 + squared) * (1 + A * _power(squared, B)))

    return _table(attraction), _table(repulsion)


def _table(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float32]:
    """Put a parabola through a function in each of 64 cells an octave; it is 2e-6 off at most.

    Returns
    -------
    (3, 32768) float32 array
        Coefficients of 1, d and d² in the cell of every float32 d. Those of infinity and nan are
        nan.
    """
    table = np.full((3, 2 ** (32 - int(_BITS))), np.nan)
    left = (np.arange(_FINITE, dtype=np.uint32) << _BITS).view(np.float32).astype(np.float64)
    table[0, :_FINITE] = np.where(
        left < _CLOSEST, function(np.array(_CLOSEST)), function(np.array(_FARTHEST))
    )
    table[1:, :_FINITE] = 0
    inside = np.flatnonzero((left >= _CLOSEST) & (left < _FARTHEST))
    left, right = left[inside], left[inside + 1]
    # Chebyshev's nodes: the error is the same at both ends and between.
    middle, reach = (left + right) / 2, (right - left) * (np.sqrt(3) / 4)
    low, high = middle - reach, middle + reach
    f_low, f_middle, f_high = function(low), function(middle), function(high)
    slope = (f_middle - f_low) / reach
    bend = ((f_high - f_middle) / reach - slope) / (2 * reach)
    table[:, inside] = (
        f_low - slope * low + bend * low * middle,
        slope - bend * (low + middle),
        bend,
    )
    return table.astype(np.float32)


def _power(base: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    """Raise positive numbers by the binary digits of the exponent in [0, 2), with square roots.

    A library's power has other bits on another processor.
    """
    power = np.ones_like(base)
    while exponent:
        if exponent >= 1:
            power = power * base
            exponent -= 1
        base, exponent = np.sqrt(base), 2 * exponent
    return power
