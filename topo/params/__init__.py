"""params.yaml, typed: read once, checked whole before anything is computed."""

from topo.params.reading import ParamsError, load_params, parse_params, read_params
from topo.params.stages import QuestionsParams, SamplingParams, SplitParams
from topo.params.whole import Params

__all__ = [
    "Params",
    "ParamsError",
    "QuestionsParams",
    "SamplingParams",
    "SplitParams",
    "load_params",
    "parse_params",
    "read_params",
]
