"""Conclusions on the digit classes in the embeddings of MNIST (Figure 7)."""

from __future__ import annotations

from functools import partial

from topo.names import method_title
from topo.statements.predicates import INTERVAL, difference_within, sample_within
from topo.statements.quantities import KNN, PEARSON, PIECES, SILHOUETTE, slug
from topo.statements.rankings import each_beats_each
from topo.statements.samples import Quantity, Sample
from topo.statements.statement import Conclusion, Statement, Threshold

_conclusion = partial(Conclusion, theme="Classes of MNIST", place="4.2.2, Figure 7")

#: A class score that is lower by less counts as comparable.
_COMPARABLE = 0.05
#: Pieces from which a mean number of them counts as several.
_SEVERAL = 1.5


def _mnist(method: str, quantity: Quantity) -> Sample:
    return Sample("mnist", method, quantity)


def _more_than_ae(quantity: Quantity) -> Statement:
    score = quantity.title.lower()
    return Statement(
        f"topoae-separates-classes-better-than-ae-{slug(quantity.metric)}",
        f"TopoAE separates the digits better than AE, by {score}.",
        f"Looks at the {score} of TopoAE minus AE, paired over the repetitions. Holds if the "
        f"interval lies above 0, does not hold if below. {INTERVAL}",
        difference_within(_mnist("topoae", quantity), _mnist("ae", quantity), low=0),
    )


def _like_umap(quantity: Quantity) -> Statement:
    score = quantity.title.lower()
    return Statement.at(
        f"topoae-separates-classes-like-umap-{slug(quantity.metric)}",
        f"TopoAE separates the digits about as well as UMAP, by {score}.",
        f"Looks at the {score} of TopoAE minus UMAP, paired over the repetitions. Holds if the "
        f"interval lies above -{_COMPARABLE:g}, does not hold if below. {INTERVAL}",
        Threshold(
            f"{score} by which TopoAE may be lower",
            _COMPARABLE,
            (0.02, 0.1),
            "The paper compares pictures by eye, where a twentieth of the points hardly shows.",
            lambda margin: difference_within(
                _mnist("topoae", quantity), _mnist("umap", quantity), low=-margin
            ),
        ),
    )


def _ae_worst() -> Statement:
    score = KNN.title.lower()
    return Statement(
        "ae-separates-classes-worst",
        f"AE's picture of MNIST says least about the digits, by {score}.",
        "Holds if t-SNE, UMAP and TopoAE are each better than AE, does not hold if AE is better "
        "than one of them, each by a comparison, paired over the repetitions, that stands after "
        "Holm's correction; else not decidable.",
        each_beats_each(("tsne", "umap", "topoae"), ("ae",), dataset="mnist", quantity=KNN),
    )


def _structure_kept() -> Statement:
    return Statement(
        "topoae-keeps-mnist-distances-better-than-ae",
        "The topological loss keeps the shape of MNIST as a whole, by the correlation of "
        "distances.",
        "Looks at the correlation between distances in input and embedding, TopoAE minus AE, "
        "paired over the repetitions. Holds if the interval lies above 0, does not hold if below. "
        + INTERVAL,
        difference_within(_mnist("topoae", PEARSON), _mnist("ae", PEARSON), low=0),
    )


def _distinct_clusters(method: str) -> Statement:
    return Statement.at(
        f"{method}-clusters-distinct",
        f"{method_title(method)} draws MNIST as several groups with empty space between them.",
        "Counts the pieces of the picture whatever the digits, which need not be its clusters. "
        f"Holds if the interval of their number lies above {_SEVERAL:g}, does not hold if below. "
        + INTERVAL,
        Threshold(
            "mean number of pieces from which there are several",
            _SEVERAL,
            (2.5, 4.5),
            "Clusters are distinct where there are two; the paper does not say ten.",
            lambda low: sample_within(_mnist(method, PIECES), low=low),
        ),
    )


CLASS_CONCLUSIONS = (
    _conclusion(
        name="more-structure-than-ae",
        quote="able to identify more structure than the standard AE",
        readings=tuple(map(_more_than_ae, (KNN, SILHOUETTE))),
    ),
    _conclusion(
        name="results-similar-to-umap",
        quote="yielding results similar to UMAP",
        readings=tuple(map(_like_umap, (KNN, SILHOUETTE))),
    ),
    _conclusion(
        name="ae-compresses-clusters",
        quote="tends to compress clusters, resulting in less meaningful representations",
        readings=(_ae_worst(),),
    ),
    _conclusion(
        name="structure-of-mnist-kept",
        quote="to preserve the structure of the original MNIST data",
        readings=(_structure_kept(),),
    ),
    _conclusion(
        name="distinct-clusters",
        quote="t-SNE creates distinct clusters",
        readings=(_distinct_clusters("tsne"),),
    ),
    _conclusion(
        name="distinguishable-clusters",
        quote="displaying clearly distinguishable clusters",
        readings=(_distinct_clusters("topoae"),),
    ),
)
