"""umap-learn, whose compiled code is kept for later processes."""

from __future__ import annotations

import warnings
from functools import cache
from types import FunctionType
from typing import Any

#: Below so many points umap-learn looks for the exact neighbours, by a Python call for each pair.
FEW_POINTS = 4096


@cache
def umap_learn() -> Any:
    """Import umap-learn, mend its search for bandwidths, and have numba keep what it compiles.

    umap-learn asks for the latter for few of its functions: to compile the others takes seconds.

    Returns
    -------
    module
        The package, with its modules `umap_` and `layouts`.
    """
    with warnings.catch_warnings():
        # Its neural variant, which is not used here, misses TensorFlow.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        import umap
    from numba import njit
    from numba.core.dispatcher import Dispatcher

    # umap-learn's `fastmath` lets the compiler take it that no number is infinite, but the search
    # for a point's bandwidth begins with infinity: every bandwidth above 1, which is most of
    # MNIST's, came out infinite, and all of the point's edges with weight 1 (numba from 0.62 on;
    # lmcinnes/umap#1216).
    search = umap.umap_.smooth_knn_dist
    mended = FunctionType(
        search.py_func.__code__, vars(umap.umap_), argdefs=search.py_func.__defaults__
    )
    # Under its own name numba would take the code that it has kept of the other.
    mended.__qualname__ = "smooth_knn_dist_without_fastmath"
    umap.umap_.smooth_knn_dist = njit(mended, locals=search.locals)
    for module in (umap.umap_, umap.layouts):
        for function in vars(module).values():
            if isinstance(function, Dispatcher):
                try:
                    function.enable_caching()
                except RuntimeError:  # no folder can be written
                    return umap
    return umap
