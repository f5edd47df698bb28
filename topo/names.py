"""Names as a reader sees them, for tables and figures."""

from __future__ import annotations

_DATASETS = {
    "spheres": "SPHERES",
    "spheres_2x": "SPHERES, twice the outer points",
    "mnist": "MNIST",
    "digits": "Digits",
}

_METHODS = {
    "tsne": "t-SNE",
    "umap": "UMAP",
    "umap_transform": "UMAP, fitted",
    "ae": "AE",
    "topoae": "TopoAE",
    "topoae_moor": "TopoAE of [7]",
    "pca": "PCA",
    "random": "Random",
    "empty diagram": "Empty diagram",
}


def dataset_title(name: str) -> str:
    """Name of a dataset in print; its key where it has no other."""
    return _DATASETS.get(name, name)


def method_title(name: str) -> str:
    """Name of a method in print; its key where it has no other."""
    return _METHODS.get(name, name)
