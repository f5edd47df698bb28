from __future__ import annotations

import numpy as np
import pytest

from topo.own.data import describe_data, intrinsic_dimension


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_intrinsic_dimension_is_that_of_the_sheet_the_points_lie_on(dimension: int) -> None:
    rng = np.random.default_rng(0)
    sheet, _ = np.linalg.qr(rng.normal(size=(20, dimension)))
    found = intrinsic_dimension(rng.uniform(size=(3000, dimension)) @ sheet.T)
    assert found is not None
    assert found.value == pytest.approx(dimension, rel=0.08)
    assert found.low < found.value < found.high


def test_intrinsic_dimension_by_hand() -> None:
    # On the numbers 0, 1, 3, 7, … the neighbours of a point lie 1 and 3, 1 and 2, 2 and 3, … away.
    X = np.array([2.0**k - 1 for k in range(12)])[:, None]
    near = np.sort(np.abs(X - X.T), axis=1)[:, 1:3]
    expected = 11 / np.log(near[:, 1] / near[:, 0]).sum()
    found = intrinsic_dimension(X)
    assert found is not None and found.value == pytest.approx(expected)


def test_intrinsic_dimension_of_a_lattice_or_of_few_points_is_not_known() -> None:
    lattice = np.stack(np.meshgrid(np.arange(5), np.arange(5)), axis=-1).reshape(-1, 2)
    assert intrinsic_dimension(lattice) is None
    assert intrinsic_dimension(np.random.default_rng(0).normal(size=(9, 3))) is None


def test_classes_are_counted_by_name_and_duplicates_once() -> None:
    X = np.random.default_rng(0).normal(size=(40, 3))
    X[5] = X[7] = X[0]
    account = describe_data(X, np.repeat([0, 1], [30, 10]), ("a", "b"), ("said",))
    assert (account.n_points, account.n_features, account.n_coinciding) == (40, 3, 2)
    assert account.classes == {"a": 30, "b": 10}
    assert account.notes == ("said",)
    assert describe_data(X, np.zeros(40, dtype=np.int64), (), ()).classes == {}
