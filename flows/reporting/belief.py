"""What one may believe of such a picture, as far as verdicts say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.reporting.outcomes import listed
from topo.statements import JudgedConclusion
from topo.statements.verdicts import Outcome

#: By reading and outcome, what follows from it.
_Clauses = Mapping[tuple[str, Outcome], str]

_BELIEVE: _Clauses = {
    ("tsne-and-umap-most-trustworthy-spheres", "holds"): "who is near whom, most with t-SNE and "
    "UMAP (on SPHERES they lead in trustworthiness)",
    ("tsne-clusters-of-mnist-as-of-its-null", "does not hold"): "that there are groups (t-SNE "
    "draws more of MNIST than of random points spread alike)",
}
_DOUBT: _Clauses = {
    ("tsne-draws-clusters-of-its-own", "holds"): "how many groups there are (t-SNE draws several "
    "of data that are one)",
    ("nesting-rises-with-perplexity", "holds"): "whether one group lies around others (in t-SNE "
    "that grows with the perplexity)",
    ("tsne-draws-far-point-in", "holds"): "how far off a lone point lies (t-SNE draws it in)",
}


def believable(judged: Sequence[JudgedConclusion]) -> list[str]:
    """Say what one may believe of a picture and what not; nothing that no verdict says."""
    found = {(each.name, each.outcome) for one in judged for each in one.readings}
    starts = {"Of such a picture one may believe": _BELIEVE, "It does not show": _DOUBT}
    said = {
        start: [words for verdict, words in clauses.items() if verdict in found]
        for start, clauses in starts.items()
    }
    return [f"{start} {listed(words)}." for start, words in said.items() if words]
