"""The parameters of a run: as they were when it began, whatever params.yaml says by now.

A stage's flow begins when the services are there, seconds after the stage was asked for. An edit of
these seconds that is taken back later would else be what ran, and nothing would tell.
"""

from __future__ import annotations

from pathlib import Path

from flows import store
from topo.params import Params, load_params

_begun_with: dict[Path, Params] = {}


def begin_with_params() -> Params:
    """Read params.yaml; what this process runs from now on has these parameters.

    Raises
    ------
    ParamsError
        Lists every fault with its place.
    """
    params = load_params(store.PARAMS)
    _begun_with[store.PARAMS.absolute()] = params
    return params


def params_of_run() -> Params:
    """Return what the run began with; where nothing has begun here, what params.yaml says."""
    return _begun_with.get(store.PARAMS.absolute()) or begin_with_params()
