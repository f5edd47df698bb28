"""How much of a point its image in the plane keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def reconstruction_error(X: NDArray[Any], reconstruction: NDArray[Any]) -> float:
    """Return the mean squared difference per coordinate of points (n, d), in their squared unit.

    Equation 1 of the paper with the mean-squared error of section 4.1.3; at least 0, lower is
    better.
    """
    return float(np.square(X.astype(np.float64) - reconstruction).mean())
