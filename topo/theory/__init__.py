"""The paper's theory, computed: experiments by the name that they have in ``params.yaml``."""

from topo.theory.base import Experiment, TheoryValue
from topo.theory.chains import CircleUnrolled, Figure4
from topo.theory.dimension_0_faithful import Dimension0Faithful
from topo.theory.gradient_noise import GradientNoise
from topo.theory.linear_autoencoder import LinearAutoencoder
from topo.theory.loss_gradient import LossGradient
from topo.theory.lost_loops import LostLoops
from topo.theory.perfect_alignment import PerfectAlignment
from topo.theory.random_splits import RandomSplits
from topo.theory.sliced_against_exact import SlicedAgainstExact
from topo.theory.theorem_1 import Theorem1
from topo.theory.theorem_1_limit import Theorem1Limit
from topo.theory.torus_void import TorusVoid

__all__ = ["EXPERIMENTS", "Experiment", "TheoryValue"]

EXPERIMENTS: dict[str, type[Experiment]] = {
    "figure_4": Figure4,
    "circle_unrolled": CircleUnrolled,
    "dimension_0_faithful": Dimension0Faithful,
    "perfect_alignment": PerfectAlignment,
    "loss_gradient": LossGradient,
    "theorem_1": Theorem1,
    "theorem_1_limit": Theorem1Limit,
    "random_splits": RandomSplits,
    "linear_autoencoder": LinearAutoencoder,
    "sliced_against_exact": SlicedAgainstExact,
    "lost_loops": LostLoops,
    "gradient_noise": GradientNoise,
    "torus_void": TorusVoid,
}
