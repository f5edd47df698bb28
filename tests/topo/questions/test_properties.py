"""Planes of any points: correlations that are some, and no other error than one in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.topo.strategies import attempt, clouds
from topo.questions.planes import canonical_correlations

planes = clouds(d=st.just(2))


@given(planes, planes)
def test_canonical_correlations_of_any_planes(A: NDArray[Any], B: NDArray[Any]) -> None:
    n = min(len(A), len(B))
    found = attempt(canonical_correlations, A[:n], B[:n])
    if found is None:
        return
    assert found.shape == (2,) and (found >= 0).all() and (found <= 1).all()
    assert found[0] >= found[1]
    np.testing.assert_allclose(found, canonical_correlations(B[:n], A[:n]), atol=1e-6)
    own = canonical_correlations(A[:n], A[:n])
    np.testing.assert_allclose(own, np.round(own), atol=1e-6)


@given(planes)
def test_points_of_other_numbers_are_refused(A: NDArray[Any]) -> None:
    assert attempt(canonical_correlations, A, np.ones((len(A) + 1, 2))) is None
