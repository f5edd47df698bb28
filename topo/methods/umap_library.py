"""umap-learn, whose compiled code is kept for later processes."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

#: Below so many points umap-learn looks for the exact neighbours, by a Python call for each pair.
FEW_POINTS = 4096


@cache
def umap_learn() -> Any:
    """Import umap-learn and have numba keep what it compiles of its graph and of its layout.

    umap-learn itself asks for that for few of its functions: to compile the others takes seconds.

    Returns
    -------
    module
        The package, with its modules `umap_` and `layouts`.
    """
    with warnings.catch_warnings():
        # Its neural variant, which is not used here, misses TensorFlow.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        import umap
    from numba.core.dispatcher import Dispatcher

    for module in (umap.umap_, umap.layouts):
        for function in vars(module).values():
            if isinstance(function, Dispatcher):
                try:
                    function.enable_caching()
                except RuntimeError:  # no folder can be written
                    return umap
    return umap
