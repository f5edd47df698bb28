"""What holds for every method, dataset and metric of a registry, checked one sentence at a time."""

from topo.contracts.base import BrokenContractError, NotTriedError, Verdict, check
from topo.contracts.datasets import DATASET_CHECKS
from topo.contracts.methods import METHOD_CHECKS
from topo.contracts.metrics import METRIC_CHECKS

__all__ = [
    "DATASET_CHECKS",
    "METHOD_CHECKS",
    "METRIC_CHECKS",
    "BrokenContractError",
    "NotTriedError",
    "Verdict",
    "check",
]
