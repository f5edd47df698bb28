"""Datasets and their parameters, by the name that they have in ``params.yaml``."""

from topo.datasets.base import Dataset, LabelledPoints
from topo.datasets.digits import Digits
from topo.datasets.mnist import Mnist
from topo.datasets.spheres import Spheres

__all__ = ["DATASETS", "Dataset", "LabelledPoints"]

DATASETS: dict[str, type[Dataset]] = {
    "spheres": Spheres,
    "spheres_2x": Spheres,
    "mnist": Mnist,
    "digits": Digits,
}
