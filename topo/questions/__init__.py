"""Questions that the paper leaves open, by the name that they have in ``params.yaml``."""

from topo.questions.base import Findings, Part, Question
from topo.questions.clusters import Clusters
from topo.questions.far_point import FarPointQuestion
from topo.questions.large_perplexity import LargePerplexity
from topo.questions.large_scale import LargeScale
from topo.questions.poison_point import PoisonPointQuestion
from topo.questions.search import SearchQuestion
from topo.questions.shifted_squares import ShiftedSquaresQuestion

__all__ = ["QUESTIONS", "Findings", "Part", "Question"]

QUESTIONS: dict[str, type[Question]] = {
    "far_point": FarPointQuestion,
    "shifted_squares": ShiftedSquaresQuestion,
    "poison_point": PoisonPointQuestion,
    "search": SearchQuestion,
    "large_perplexity": LargePerplexity,
    "clusters": Clusters,
    "large_scale": LargeScale,
}
