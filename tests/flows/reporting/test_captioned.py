"""Words that captions share."""

from __future__ import annotations

from flows.reporting.captioned import describe_methods


def test_what_methods_have_in_common_is_said_once() -> None:
    network = {"epochs": 20, "hidden": (32, 16)}
    methods = {
        "tsne": {"perplexity": 8.107391},
        "ae": network,
        "topoae": {**network, "lam": 1.0},
        "pca": {},
    }
    assert describe_methods(methods) == (
        "Hyperparameters: t-SNE (perplexity 8.107); AE / TopoAE (epochs 20, hidden layers [32, 16])"
        "; TopoAE (λ 1); PCA (none)."
    )
