from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from topo.homology import compilation


def increase(number: int) -> int:
    return number + 1


def test_compiles_where_no_folder_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    jit = compilation.njit

    def refuse_cache(function: Any, *, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return jit(function, **options)

    monkeypatch.setattr(compilation, "njit", refuse_cache)
    assert compilation.compiled(increase)(1) == 2


def test_reordered_sums_keep_nan_and_infinity() -> None:
    def total(numbers: Any) -> float:
        result = 0.0
        for number in numbers:
            result += number
        return result

    compiled = compilation.compiled(total, reorder_sums=True)
    assert np.isnan(compiled(np.array([1.0, np.nan])))
    assert compiled(np.array([1.0, np.inf])) == np.inf
