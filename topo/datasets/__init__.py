"""Kinds of datasets, by the ``kind`` that they have in ``params.yaml``: a line for each."""

from topo.datasets.base import Dataset, LabelledPoints
from topo.registry import load

__all__ = ["DATASETS", "Dataset", "LabelledPoints"]

DATASETS: dict[str, type[Dataset]] = {
    "spheres": load("topo.datasets.spheres:Spheres"),
    "mnist": load("topo.datasets.mnist:Mnist"),
    "digits": load("topo.datasets.digits:Digits"),
    "twist": load("topo.datasets.twist:Twist"),
    "k4": load("topo.datasets.complete_graphs:K4"),
    "k5": load("topo.datasets.complete_graphs:K5"),
    "three_clusters": load("topo.datasets.three_clusters:ThreeClusters"),
    "linked_circles": load("topo.datasets.linked_circles:LinkedCircles"),
    "torus": load("topo.datasets.torus:Torus"),
    "noisy_circle": load("topo.datasets.noisy_circle:NoisyCircle"),
    "ball": load("topo.datasets.ball:Ball"),
    "s_shape": load("topo.datasets.s_shape:SShape"),
    "far_point": load("topo.datasets.far_point:FarPoint"),
    "shifted_squares": load("topo.datasets.shifted_squares:ShiftedSquares"),
    "poison_point": load("topo.datasets.poison_point:PoisonPoint"),
    "nested_shells": load("topo.datasets.nested_shells:NestedShells"),
    "file": load("topo.datasets.file:File"),
}
