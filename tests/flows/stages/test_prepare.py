from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flows.stages.prepare import load_checked
from topo.datasets.base import Dataset, LabelledPoints
from topo.splits import Fractions

FRACTIONS = Fractions(train=0.6, validation=0.2, test=0.2)


class Line(Dataset):
    """Whole numbers, the last of which is as given; the first so many are a class of their own."""

    last: float | None = 9.0
    n_first: int = 5

    @property
    def n_points(self) -> int:
        return 10

    def load(self, raw: Path) -> LabelledPoints:
        X = np.arange(10, dtype=np.float32)[:, None]
        X[-1] = np.nan if self.last is None else self.last
        return LabelledPoints(X, (np.arange(10) >= self.n_first).astype(np.int64))


def test_good_dataset_passes() -> None:
    assert load_checked("line", Line(), FRACTIONS).X.shape == (10, 1)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (Line(last=None), "dataset line: points must be finite, got nan in row 9, column 0"),
        (Line(n_first=2), "dataset line: each class needs at least 3 members"),
    ],
)
def test_bad_dataset_is_named(dataset: Dataset, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        load_checked("line", dataset, FRACTIONS)
    assert str(caught.value).startswith(words)
