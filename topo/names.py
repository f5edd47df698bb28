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
    "tsne_barnes_hut": "t-SNE, Barnes–Hut",
    "umap": "UMAP",
    "umap_learn": "UMAP, umap-learn",
    "umap_transform": "UMAP, fitted",
    "ae": "AE",
    "topoae": "TopoAE",
    "topoae_moor": "TopoAE of [7]",
    "mmae": "MMAE",
    "topomap": "TopoMap",
    "pca": "PCA",
    "random": "Random",
    "empty diagram": "Empty diagram",
}

_METRICS = {
    "trustworthiness": "Trustworthiness",
    "trustworthiness_k5": "Trustworthiness, 5 neighbours",
    "continuity": "Continuity",
    "rmse": "RMSE of distances",
    "distance_pearson": "Correlation of distances",
    "kl_0.01": "KL, σ = 0.01",
    "kl_0.1": "KL, σ = 0.1",
    "kl_1": "KL, σ = 1",
    "kl_raw_0.01": "KL on raw distances, σ = 0.01",
    "kl_raw_0.1": "KL on raw distances, σ = 0.1",
    "kl_raw_1": "KL on raw distances, σ = 1",
    "bottleneck": "Bottleneck distance",
    "bottleneck_factor": "Bottleneck distance, factor",
    "sliced_wasserstein": "Sliced Wasserstein distance",
    "sliced_wasserstein_factor": "Sliced Wasserstein distance, factor",
    "wasserstein_1": "1-Wasserstein distance",
    "wasserstein_2": "2-Wasserstein distance",
    "matched_share": "Matched share of persistence",
    "input_max_death": "Last death, input",
    "latent_max_death": "Last death, embedding",
    "latent_total_persistence": "Sum of deaths, embedding",
    "latent_h1_max_persistence": "Longest loop, embedding",
    "latent_h1_total_persistence": "Sum of loops, embedding",
    "knn_accuracy": "Nearest-neighbour accuracy",
    "silhouette": "Silhouette of the classes",
    "nesting": "Nesting",
    "outer_fragments": "Fragments of the outer class",
    "outer_inner_area_ratio": "Area, outer to all inner classes",
    "outer_class_area_ratio": "Area, outer to an inner class",
    "outer_radius_variation": "Variation of the outer radius",
    "reconstruction_error": "Reconstruction error",
    "tsne_kl": "t-SNE's own KL",
}

#: What a diagram is divided by or multiplied by before it is compared.
_SCALINGS = {
    "raw": "",
    "sum": "its sum",
    "max": "its maximum",
    "best": "the best factor",
    "empty": "0 (empty diagram)",
}

_ARROWS = {"lower": "↓", "higher": "↑"}


def dataset_title(name: str) -> str:
    """Name of a dataset in print; its key where it has no other."""
    return _DATASETS.get(name, name)


def method_title(name: str) -> str:
    """Name of a method in print; its key where it has no other."""
    return _METHODS.get(name, name)


def metric_title(name: str) -> str:
    """Name of a metric in print; its key where it has no other."""
    return _METRICS.get(name, name)


def scaling_title(name: str) -> str:
    """Words for what diagrams are scaled by; empty where they are compared as they are."""
    return _SCALINGS.get(name, name)


def direction_arrow(direction: str) -> str:
    """Arrow towards better values; empty where neither direction is better."""
    return _ARROWS.get(direction, "")
