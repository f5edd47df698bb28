"""Kinds of datasets, by the ``kind`` that they have in ``params.yaml``: a line for each."""

from topo.datasets.base import Dataset, LabelledPoints
from topo.registry import load

__all__ = ["DATASETS", "Dataset", "LabelledPoints"]

DATASETS: dict[str, type[Dataset]] = {
    "spheres": load("topo.datasets.spheres:Spheres"),
    "mnist": load("topo.datasets.mnist:Mnist"),
    "digits": load("topo.datasets.digits:Digits"),
    "file": load("topo.datasets.file:File"),
}
