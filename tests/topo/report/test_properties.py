"""What the page measures and writes of whatever points: numbers in their bounds, read back."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.topo.strategies import at_most, attempt, clouds
from topo.report.alignment import procrustes
from topo.report.arrays import places, shades
from topo.report.measures import InputMeasures, PointMeasures, stability

#: Beyond these no embedding has metrics, and none is shown.
_SCALES = (1e-100, 1e-3, 1.0, 1e100)


@at_most(25)
@given(cloud=clouds(), data=st.data())
def test_measures_are_numbers_in_their_bounds(cloud: NDArray[Any], data: st.DataObject) -> None:
    X = np.asarray(cloud, dtype=np.float64)
    side = attempt(InputMeasures.of, X)
    if side is None:
        return
    n = len(X)
    assert np.isclose(side.density.sum(), n)
    Z = data.draw(st.sampled_from([np.zeros((n, 2)), np.eye(n, 2), X[:, [0, -1]]]))
    measured = attempt(PointMeasures.of, Z, side)
    if measured is None:
        return
    assert (measured.loss >= 0).all()
    assert (measured.asked >= 0).all()
    # Every path leads to the root.
    parents = measured.tree
    for _ in range(n):
        parents = measured.tree[parents]
    assert not parents.any()
    if n > 1:
        steady = stability([Z, Z])
        assert ((steady >= 0) & (steady <= 1)).all()


@at_most(25)
@given(cloud=clouds(scales=_SCALES), scale=st.sampled_from([1e-3, 1.0, 1e3]))
def test_turns_are_orthogonal(cloud: NDArray[Any], scale: float) -> None:
    points = np.asarray(cloud, dtype=np.float64)[:, [0, -1]]
    turn = procrustes(points, scale * points[:, ::-1])
    assert np.allclose(turn @ turn.T, np.eye(2))


@at_most(25)
@given(cloud=clouds(scales=_SCALES))
def test_places_come_back_within_a_step(cloud: NDArray[Any]) -> None:
    points = np.asarray(cloud, dtype=np.float64)[:, [0, -1]]
    written = places(points)
    steps = np.frombuffer(base64.b64decode(written["points"]), "<u2").reshape(-1, 2)
    left, bottom, side = written["square"]
    found = steps / 65535 * side + [left, bottom]
    assert np.abs(found - points).max() <= 1.01 * side / 65535
    values = np.abs(points[:, 0])
    shaded = shades(values)
    assert shaded is not None
    read = np.frombuffer(base64.b64decode(shaded["values"]), "u1") / 255 * shaded["top"]
    assert np.abs(read - values).max() <= 0.51 * shaded["top"] / 255
