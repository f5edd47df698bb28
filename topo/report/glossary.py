"""What the words in the page's tables mean, said where they stand."""

from __future__ import annotations

from functools import cache

from topo.metrics.registry import METRICS
from topo.names import EMPTY, method_title, scaling_title
from topo.table.layout import SHORT_TITLES

_METHODS = {
    "tsne": "Tries to keep every two points' chance of being neighbours.",
    "umap": "Lays out the graph of nearest neighbours.",
    "ae": "Autoencoder: a network finds the places and reads the points back from them.",
    "topoae": "The autoencoder with the topological loss, weighed by λ.",
    "mmae": "An autoencoder that matches all distances.",
    "topomap": "Joins clusters at exactly the distance at which the input does.",
    "topoae_h1": "TopoAE with the edges at which loops are born and die beside those of the tree.",
    "topoae_cascade": "The same and the cascades of the input's loops, as TopoAE++ has them.",
    "topoae_cycles": "The same and all edges of the cycles that stand for the input's loops.",
    "rtd_lite": "An autoencoder that compares spanning trees of input, picture and both together.",
    "topoae_spectral": "TopoAE with distances along a graph of neighbours.",
    "topoae_h1_spectral": "TopoAE, H1, with distances along a graph of neighbours.",
    "topoae_cascade_spectral": "TopoAE, cascade, with distances along a graph of neighbours.",
    "topoae_cycles_spectral": "TopoAE, cycles, with distances along a graph of neighbours.",
    "rtd_lite_spectral": "RTD-Lite AE with distances along a graph of neighbours.",
    "pca": "Control: the best linear picture.",
    "random": "Control: points that have nothing to do with the input.",
    EMPTY: "What an embedding would score whose diagram has vanished.",
}
_VERDICTS = {
    "holds": "The rule is met; of a conclusion, that of every reading.",
    "holds in part": "Some readings hold, others do not or stay open.",
    "does not hold": "The rule is refuted; of a conclusion, no reading holds and one is refuted.",
    "not decidable": "The numbers of this run do not decide it.",
    "firm": "Nothing that was tried changes it, such as one repetition left out.",
    "fairly firm": "One change that was tried makes it another, but no repetition left out does.",
    "fragile": "One repetition left out, or two other changes, make it another.",
}
_DIRECTIONS = {"↓": "Lower is better.", "↑": "Higher is better."}


def meaning(text: str) -> str:
    """Say what a heading, a method's name or the word of a verdict means.

    Parameters
    ----------
    text
        As it stands on the page, such as "KL0.01 ↓", with or without its arrow.

    Returns
    -------
    str
        Full sentences; empty for what needs no words, or is none of the study's own.
    """
    told = _meanings().get(text.rstrip("".join(_DIRECTIONS)).rstrip(), "")
    direction = _DIRECTIONS.get(text[-1:], "")
    return f"{told} {direction}".rstrip() if told else ""


@cache
def _meanings() -> dict[str, str]:
    methods = {method_title(name): words for name, words in _METHODS.items()}
    metrics = {
        title.replace("_", ""): _of_metric(metric, scaling)
        for (metric, scaling), title in SHORT_TITLES.items()
    }
    return {**methods, **metrics, **_VERDICTS}


def _of_metric(metric: str, scaling: str) -> str:
    words = METRICS[metric][0].meaning
    scaled = scaling_title(scaling)
    return f"{words} Each diagram is first divided by {scaled}." if scaled else words
