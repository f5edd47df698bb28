"""Conclusions and conjectures of the paper that no run of this study decides."""

from __future__ import annotations

from topo.statements.verdicts import OpenQuestion

OPEN_QUESTIONS = (
    OpenQuestion(
        "dataset-where-tsne-fails-and-topoae-succeeds",
        "5.1",
        "There are datasets on which TopoAE keeps the topology and t-SNE, at whatever perplexity, "
        'does not: "would be an intriguing area for study".',
        "Failing on the datasets at hand says nothing of others; none has been constructed.",
    ),
    OpenQuestion(
        "tsne-clusters-artificial",
        "4.2.2",
        'The clusters that t-SNE draws of MNIST do not belong to the data: "this clustering '
        'effect is likely artificial".',
        "The manifold that MNIST lies on is not known, so there is nothing to hold them against; "
        "that the digits' labels agree with clusters neither proves nor refutes it.",
    ),
    OpenQuestion(
        "how-probabilistic-models-capture-topology",
        "5.1",
        'It is to be found out "how purely probabilistic models effectively capture complex '
        'topologies".',
        "A question for theory: the sweep over perplexities shows that they do, not how.",
    ),
    OpenQuestion(
        "large-scale-training",
        "1",
        'The loss is "suitable for large-scale training in deep learning".',
        "Up to 10,000 points and small networks are trained here; that is no large scale.",
    ),
)
