"""Awkward input for the tests of properties, and what counts as an answer to it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]

#: Far below and beyond what squares can hold, and what a study might have.
SCALES = (1.0, 1.0, 1e-3, 1e6, 1e-30, 1e30, 1e-200, 1e200, 5e-324, 1e308)
DTYPES = (np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8)


def at_most(n: int) -> settings:
    """Fewer examples where one takes long; the thorough profile draws as many times more."""
    return settings(max_examples=max(1, n * settings.default.max_examples // 25))


def attempt(function: Callable[..., Any], *args: Any, _from: Sequence[str] = (), **kw: Any) -> Any:
    """Return the result, or None for an error that this project raised itself, in words.

    `_from` names packages whose errors count as well.
    """
    try:
        return function(*args, **kw)
    except (ValueError, TypeError) as error:
        raised = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
        ours = ROOT in raised.parents and "tests" not in raised.parts
        assert ours or set(_from) & set(raised.parts), f"{raised}: {error!r}"
        assert len(str(error)) > 20
        return None


@st.composite
def clouds(
    draw: Any,
    *,
    n: st.SearchStrategy[int] = st.integers(1, 9),  # noqa: B008
    d: st.SearchStrategy[int] = st.integers(1, 4),  # noqa: B008
    scales: Sequence[float] = SCALES,
) -> NDArray[Any]:
    """Finite points: tied, equal, on a line, constant, large, small, of any type of number."""
    shape = (draw(n), draw(d))
    entries = draw(st.sampled_from([st.integers(-3, 3).map(float), st.floats(-1, 1, width=32)]))
    points = draw(arrays(np.float64, shape, elements=entries))
    kind = draw(st.sampled_from(["plain", "plain", "equal", "copies", "line", "constant", "apart"]))
    if kind == "equal":
        points[:] = points[0]
    elif kind == "copies":
        last = min(1, len(points) - 1)
        points = points[draw(arrays(np.int64, len(points), elements=st.integers(0, last)))]
    elif kind == "line":
        points = points[:, :1] * np.arange(1, shape[1] + 1) + 0.5
    elif kind == "constant":
        points[:, 0] = 7
    elif kind == "apart":
        points[0] += 1e6
    with np.errstate(all="ignore"):
        points = np.clip(points * draw(st.sampled_from(scales)), -1.7e308, 1.7e308)
        if draw(st.booleans()):
            points = np.nan_to_num(points.astype(draw(st.sampled_from(DTYPES))))
    return draw(layouts(points))


def layouts(array: NDArray[Any]) -> st.SearchStrategy[NDArray[Any]]:
    """The same array in C and Fortran order, as every other entry of a larger one, read-only."""
    frozen = array.copy()
    frozen.setflags(write=False)
    spread = np.repeat(array, 2, axis=0)[::2] if array.ndim else array
    return st.sampled_from([array, np.asfortranarray(array), spread, frozen])


def no_clouds() -> st.SearchStrategy[Any]:
    """What is no point cloud: NaN, infinity, other axes, none at all, no numbers."""
    plain = arrays(np.float64, (4, 2), elements=st.floats(-5, 5))
    holes = st.tuples(plain, st.sampled_from([np.nan, np.inf, -np.inf])).map(_with_hole)
    shapes = [(0, 2), (3, 0), (0,), (5,), (), (2, 2, 2), (0, 0)]
    others = [
        *(np.zeros(shape) for shape in shapes),
        np.array([["a", "b"], ["c", "d"]]),
        np.array([[1, None], [2, 3]], dtype=object),
        np.ones((3, 2), dtype=complex),
        np.array([["2001-01-01"] * 2] * 2, dtype="M8[D]"),
        np.zeros(3, dtype=[("x", float)]),
    ]
    return holes | st.sampled_from(others)


def _with_hole(given: tuple[NDArray[np.float64], float]) -> NDArray[np.float64]:
    points, hole = given
    points[1, 1] = hole
    return points


#: Arguments that are no arrays.
no_arrays = st.sampled_from([None, "points", 3.0, [[1.0, 2.0], [3.0]], [[1.0, 2.0]], {}, object()])


@st.composite
def diagrams(draw: Any, *, most: int = 5, scales: Sequence[float] = (1.0,)) -> NDArray[np.float64]:
    """Persistence diagrams, half of them of dimension 0, with ties and points on the diagonal."""
    levels = st.integers(0, 6).map(float) | st.floats(0, 10)
    rows = draw(arrays(np.float64, (draw(st.integers(0, most)), 2), elements=levels))
    rows = np.sort(rows, axis=1)
    if draw(st.booleans()):
        rows[:, 0] = 0
    return rows * draw(st.sampled_from(scales))


def no_diagrams() -> st.SearchStrategy[Any]:
    """What is no persistence diagram."""
    return st.sampled_from(
        [
            np.ones(3),
            np.ones((2, 3)),
            np.ones((2, 2, 2)),
            np.array([[0, np.nan]]),
            np.array([[0, np.inf]]),
            np.array([[2.0, 1.0]]),
            np.array([[-1.7e308, 1.7e308]]),
            np.array([[0, 1j]]),
            np.array([["0", "1"]]),
            np.array([[0, None]], dtype=object),
            [[0.0, 1.0], [2.0]],
            None,
            "diagram",
        ]
    )
