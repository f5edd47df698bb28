"""Conclusions and conjectures of the paper that no run of this study decides."""

from __future__ import annotations

from topo.statements.verdicts import OpenQuestion

OPEN_QUESTIONS = (
    OpenQuestion(
        "higher-dimensional-generators",
        "5.1",
        'Losing whole generators in higher dimensions "would yield better results" than pairings.',
        "The study has no such loss: it would be a new method, and the paper defines none.",
    ),
    OpenQuestion(
        "distances-across-dimensions",
        "5.1",
        'Distances between diagrams call for looking at "the variations in distances across '
        'different dimensions".',
        "All comparisons are of dimension 0; dimension 1 is measured on the embeddings of the "
        "sweep alone.",
    ),
    OpenQuestion(
        "higher-dimensional-edges-are-noisy",
        "5.1",
        "Edges of higher-dimensional features would make training slow because of noise: "
        '"introduces computational inefficiencies due to noise".',
        "The study trains with the loss of dimension 0 alone.",
    ),
)
