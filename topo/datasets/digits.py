"""Digits: small handwritten digits that come with scikit-learn, so that nothing is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from topo.datasets.base import Dataset, LabelledPoints

#: Grey values go from 0 to 16.
_WHITE = 16


class Digits(Dataset):
    """The 1,797 handwritten digits of 8 x 8 pixels in scikit-learn, with pixels in [0, 1]."""

    title: ClassVar[str] = "Digits"
    small: ClassVar[Mapping[str, Any]] = {}
    image_shape: ClassVar[tuple[int, int]] = (8, 8)
    licence: ClassVar[str] = "Digits by E. Alpaydin and C. Kaynak, UCI repository, CC BY 4.0."

    @property
    def n_points(self) -> int:
        """Number of images."""
        return 1797

    def load(self, raw: Path) -> LabelledPoints:
        """Read the images from scikit-learn: (1797, 64) points, whose classes are the digits."""
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        return LabelledPoints(X=(X / _WHITE).astype(np.float32), y=y.astype(np.int64))
