"""Accounts of whatever points a table may have."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.strategies import clouds
from topo.own.data import describe_data, intrinsic_dimension

points = clouds(n=st.integers(1, 20))


@given(points)
def test_every_table_has_an_account(X: Any) -> None:
    account = describe_data(X, np.arange(len(X)) % 2, ("a", "b"), ())
    assert (account.n_points, account.n_features) == X.shape
    assert sum(account.classes.values()) in (0, len(X))
    assert account.n_coinciding == len(X) - len(np.unique(X, axis=0))


@given(points)
def test_dimensions_are_positive_and_in_their_interval_or_unknown(X: Any) -> None:
    found = intrinsic_dimension(np.unique(X, axis=0))
    assert found is None or 0 < found.low < found.value < found.high < np.inf
