"""What the paper's conclusions are about: its datasets and its numbers."""

from __future__ import annotations

from topo.statements.samples import Quantity

#: The datasets of Table 1.
DATASETS = ("spheres", "mnist")

BOTTLENECK = Quantity("bottleneck")
SLICED = Quantity("sliced_wasserstein")
BOTTLENECK_BY_SUM = Quantity("bottleneck", "sum")
SLICED_BY_SUM = Quantity("sliced_wasserstein", "sum")
SLICED_BY_MAX = Quantity("sliced_wasserstein", "max")
SLICED_AT_BEST = Quantity("sliced_wasserstein", "best")
INPUT_DEATH = Quantity("input_max_death")
LATENT_DEATH = Quantity("latent_max_death")
MATCHED = Quantity("matched_share")
RMSE = Quantity("rmse")
PEARSON = Quantity("distance_pearson")
TRUSTWORTHINESS = Quantity("trustworthiness")
RECONSTRUCTION = Quantity("reconstruction_error")
KL = tuple(Quantity(f"kl_{sigma}") for sigma in ("0.01", "0.1", "1"))
RAW_KL = tuple(Quantity(f"kl_raw_{sigma}") for sigma in ("0.01", "0.1", "1"))
NESTING = Quantity("nesting")
FRAGMENTS = Quantity("outer_fragments")
OUTER_TO_INNER = Quantity("outer_inner_area_ratio")
RADIUS_VARIATION = Quantity("outer_radius_variation")
OUTER_TO_CLASS = Quantity("outer_class_area_ratio")
KNN = Quantity("knn_accuracy")
SILHOUETTE = Quantity("silhouette")
INNER_KNN = Quantity("inner_knn_accuracy")
INNER_SILHOUETTE = Quantity("inner_silhouette")
PIECES = Quantity("fragments")
LONGEST_LOOP = Quantity("loops_longest", dimension=1)
SAME_LOOPS = Quantity("loops_same", dimension=1)
SLICED_LOOPS_BY_SUM = Quantity("sliced_wasserstein_h1", "sum", 1)


def slug(name: str) -> str:
    """Write a metric's name as a part of a statement's."""
    return name.replace("_", "-")
