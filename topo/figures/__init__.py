"""Figures, as objects: whoever wants files writes them."""

from topo.figures.architecture import autoencoder
from topo.figures.counterexample import counterexample
from topo.figures.diagrams import diagrams_by_scale
from topo.figures.drawing import Drawing, png
from topo.figures.embeddings import embedding_grid
from topo.figures.growth import example_points, rips_growth
from topo.figures.large_perplexity import (
    alignment_by_perplexity,
    enclosure_told,
    nesting_by_start,
)
from topo.figures.must_fail import (
    far_point_margins,
    far_point_pictures,
    poison_bars,
    search_trials,
    shifted_pictures,
)
from topo.figures.small import (
    Curve,
    Estimate,
    curve_row,
    embedding_row,
    estimate_bars,
    outcome_bars,
)
from topo.figures.stability import stability_grid
from topo.figures.sweep import perplexity_sweep
from topo.figures.topoae import topological_autoencoder
from topo.figures.tuning import tuning_trials

__all__ = [
    "Curve",
    "Drawing",
    "Estimate",
    "alignment_by_perplexity",
    "autoencoder",
    "counterexample",
    "curve_row",
    "diagrams_by_scale",
    "embedding_grid",
    "embedding_row",
    "enclosure_told",
    "estimate_bars",
    "example_points",
    "far_point_margins",
    "far_point_pictures",
    "nesting_by_start",
    "outcome_bars",
    "perplexity_sweep",
    "png",
    "poison_bars",
    "rips_growth",
    "search_trials",
    "shifted_pictures",
    "stability_grid",
    "topological_autoencoder",
    "tuning_trials",
]
