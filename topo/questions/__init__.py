"""Questions that the paper leaves open, by the name that they have in ``params.yaml``."""

from topo.questions.base import Findings, Part, Question
from topo.questions.clusters import Clusters
from topo.questions.large_scale import LargeScale
from topo.questions.must_fail import MustFail

__all__ = ["QUESTIONS", "Findings", "Part", "Question"]

QUESTIONS: dict[str, type[Question]] = {
    "must_fail": MustFail,
    "clusters": Clusters,
    "large_scale": LargeScale,
}
