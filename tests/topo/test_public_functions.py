"""What is public in `topo` and takes arrays is tried with awkward ones, or it is said why not."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import topo

#: Seen only behind one that is tried itself, and with what that one has checked or made.
BEHIND = {
    "topo.checks.as_numbers": "topo.checks.check_diagram",
    "topo.checks.check_lengths": "topo.checks.check_distances",
    "topo.checks.check_same_length": "topo.checks.check_pair",
    "topo.datasets.ball.uniform_in_ball": "topo.datasets.ball.Ball",
    "topo.homology.carried.carried_diagrams": "topo.homology.carried.carried_diagram",
    "topo.homology.cycles.summing_columns": "topo.homology.carried.carried_diagram",
    "topo.homology.divergence.in_own_unit": "topo.homology.divergence.srtd_lite",
    "topo.homology.divergence.sum_over": "topo.homology.divergence.srtd_lite",
    "topo.homology.divergence.tree_weight": "topo.homology.divergence.srtd_lite",
    "topo.homology.filtration.Filtration": "topo.homology.cycles.representative_loops",
    "topo.homology.diagrams.born_at_zero": "topo.homology.distances.bottleneck",
    "topo.homology.distances.descending_deaths": "topo.homology.distances.bottleneck",
    "topo.homology.sliced.mean_over_directions": "topo.homology.distances.sliced_wasserstein",
    "topo.homology.sliced.mean_over_directions_of_deaths": (
        "topo.homology.distances.sliced_wasserstein"
    ),
    "topo.methods.input.check_input": "topo.methods.pca.PCA",
    "topo.methods.base.reconstruction_error": "topo.methods.pca.PCA",
    "topo.methods.topomap_layout.lay_out": "topo.methods.topomap.TopoMap",
    "topo.methods.tsne_affinities.joint_probabilities": "topo.methods.tsne.TSNE",
    "topo.methods.tsne_descent.descend": "topo.methods.tsne.TSNE",
    "topo.methods.tsne_descent.descent": "topo.methods.tsne.TSNE",
    "topo.methods.tsne_descent.fill_gradient": "topo.methods.tsne.TSNE",
    "topo.methods.tsne_descent.kl_divergence": "topo.methods.tsne.TSNE",
    "topo.methods.umap_graph.neighbour_graph": "topo.methods.umap.UMAP",
    "topo.methods.umap_layout.State": "topo.methods.umap.UMAP",
    "topo.methods.umap_layout.lay_out": "topo.methods.umap.UMAP",
    "topo.methods.umap_neighbours.nearest_neighbours": "topo.methods.umap.UMAP",
    "topo.metrics.nesting.split_classes": "topo.metrics.nesting.nesting",
    "topo.metrics.sampled.compare_subsamples": "topo.metrics.sampled.evaluate_sampled",
    "topo.metrics.compute.loops.lives_of": "topo.metrics.compute.space.Space",
    "topo.metrics.compute.loops.median_distance": "topo.metrics.compute.space.Space",
    "topo.metrics.compute.on_device.measure": "topo.metrics.compute.space.Space",
    "topo.metrics.compute.on_device.ranks_of": "topo.metrics.compute.blocks.local_scores",
    "topo.metrics.compute.on_device.sorted_neighbours": "topo.metrics.compute.blocks.local_scores",
    "topo.metrics.compute.ranking.rank_rows": "topo.metrics.compute.space.Space",
    "topo.metrics.compute.ties.expected_penalties": "topo.metrics.compute.space.Space",
    "topo.metrics.compute.ties.tie_runs": "topo.metrics.compute.space.Space",
    "topo.nn.linear.Linear": "topo.nn.estimators.Autoencoder",
    "topo.nn.rtd_lite.edge_lengths": "topo.nn.rtd_lite.rtd_lite_loss",
    "topo.nn.training.Penalty": "topo.nn.topological_autoencoder.TopologicalAutoencoder",
    "topo.nn.topological_loss.edge_loss": "topo.nn.topological_loss.topological_loss",
    "topo.report.alignment.turns": "topo.report.alignment.procrustes",
    "topo.report.arrays.indices": "topo.report.arrays.places",
    "topo.report.arrays.text": "topo.report.arrays.places",
    "topo.report.measures.edge_lengths": "topo.report.measures.PointMeasures",
    "topo.report.measures.loss_by_point": "topo.report.measures.PointMeasures",
    "topo.report.measures.spanning_tree": "topo.report.measures.PointMeasures",
    "topo.report.measures.trust_lost": "topo.report.measures.PointMeasures",
    "topo.theory.chains.lay_chain": "topo.theory.chains.Figure4",
    "topo.homology.diagrams.diagram_of_deaths": "topo.theory.theorem_1.Theorem1",
    "topo.homology.diagrams.tree_diagram": "topo.theory.sliced_against_exact.SlicedAgainstExact",
    "topo.theory.dimension_0_faithful.descend": (
        "topo.theory.dimension_0_faithful.Dimension0Faithful"
    ),
    "topo.theory.linear_autoencoder.principal_angle": (
        "topo.theory.linear_autoencoder.LinearAutoencoder"
    ),
    "topo.theory.random_splits.empty_sliced_wasserstein": "topo.theory.random_splits.RandomSplits",
    "topo.theory.loss_gradient.gradients": "topo.theory.loss_gradient.LossGradient",
    "topo.theory.loss_gradient.loss": "topo.theory.loss_gradient.LossGradient",
    "topo.theory.pairs.compare_pair": "topo.theory.chains.Figure4",
    "topo.theory.pairs.death_distance": "topo.theory.chains.Figure4",
    "topo.theory.pairs.losses": "topo.theory.chains.Figure4",
    "topo.theory.pairs.shared_pairs": "topo.theory.chains.Figure4",
    "topo.theory.sliced_against_exact.relative_range": (
        "topo.theory.sliced_against_exact.SlicedAgainstExact"
    ),
    "topo.theory.gradient_noise.batch_gradients": "topo.theory.gradient_noise.GradientNoise",
    "topo.theory.gradient_noise.noise": "topo.theory.gradient_noise.GradientNoise",
    "topo.theory.lost_loops.loss_of": "topo.theory.lost_loops.LostLoops",
    "topo.theory.torus_void.farthest_points": "topo.theory.torus_void.TorusVoid",
    "topo.theory.subsamples.compare_subsample": "topo.theory.theorem_1.Theorem1",
}

_DRAWS = "draws what a stage has made; what it refuses is in the tests of figures"
_PICTURE = "of the few points of a picture, which `check_plane_points` has passed"
#: Why each of these is in no property test.
REASONS = {
    **dict.fromkeys(
        (
            "topo.files.labels.class_names",
            "topo.files.labels.class_notes",
            "topo.files.precision.in_double_precision",
        ),
        "takes what a file has; awkward and hostile files are in the tests of files",
    ),
    "topo.figures.classes.class_colours": _DRAWS,
    "topo.figures.classes.scatter_classes": _DRAWS,
    "topo.figures.counterexample.counterexample": _DRAWS,
    "topo.figures.diagrams.diagrams_by_scale": _DRAWS,
    "topo.figures.edges.distances": _PICTURE,
    "topo.figures.edges.edge_frame": _PICTURE,
    "topo.figures.embeddings.embedding_grid": _DRAWS,
    "topo.figures.growth.rips_growth": _DRAWS,
    "topo.figures.small.embedding_row": _DRAWS,
    "topo.figures.stability.stability_grid": "draws what `topo.stability.regions` has made",
    "topo.figures.sweep.perplexity_sweep": _DRAWS,
    **dict.fromkeys(
        (
            "topo.questions.nested_runs.Runs",
            "topo.questions.planes.PowerIteration",
            "topo.questions.ties.averaged",
            "topo.questions.ties.evenness",
            "topo.questions.ties.outer_share",
            "topo.questions.ties.with_ties_of",
        ),
        "of probabilities of the nested spheres that a question draws itself",
    ),
    **dict.fromkeys(
        (
            "topo.figures.cycles.cycle_grid",
            "topo.figures.cycles.cycle_row",
            "topo.figures.cycles.oblique",
            "topo.figures.must_fail.far_point_pictures",
        ),
        _DRAWS,
    ),
    **dict.fromkeys(
        (
            "topo.questions.clusters.normal_like",
            "topo.questions.far_point.measure",
            "topo.questions.margins.relative_margin",
            "topo.questions.margins.separating_margin",
            "topo.questions.others.Others",
            "topo.questions.search.Rivals",
            "topo.questions.stationary.forces",
            "topo.questions.stationary.laplacian_eigenvectors",
            "topo.questions.stationary.principal_start",
            "topo.questions.stationary.run_on",
            "topo.questions.stationary.starting_points",
        ),
        "of points that a question draws itself, or of a dataset as it was prepared",
    ),
    "topo.homology.peaks.density_clusters": "of an embedding that a method has made",
    "topo.nn.batches.batches": "of the points that an estimator has checked",
    "topo.nn.loop_losses.losses_by_dimension": "of batches, as the losses that have it behind them",
    "topo.report.arrays.longest": "of a diagram that a stage has made",
    "topo.report.arrays.pictures": "of whole numbers from 0 to 15 that the reading of inputs made",
}


def public_parts() -> Iterator[tuple[str, Any]]:
    """Functions and classes of `topo` by where they are defined."""
    for found in pkgutil.walk_packages(topo.__path__, "topo."):
        module = import_module(found.name)
        for name, part in vars(module).items():
            here = getattr(part, "__module__", None) == found.name
            if here and callable(part) and not name.startswith("_"):
                yield f"{found.name}.{name}", part


def takes_arrays(part: Any) -> bool:
    """Whether a parameter of the function, or of one of the class's methods, is an array.

    A dataclass only keeps what it is given.
    """
    if not inspect.isclass(part):
        return _has_array(part)
    own = {name: each for name, each in vars(part).items() if not name.startswith("_")}
    if not dataclasses.is_dataclass(part):
        own["__init__"] = vars(part).get("__init__")
    functions = (getattr(each, "__func__", each) for each in own.values())
    return any(_has_array(each) for each in functions if inspect.isfunction(each))


def _has_array(function: Any) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False  # no parameters that could be told
    words = {word for each in parameters for word in re.findall(r"\w+", str(each.annotation))}
    names = vars(import_module(function.__module__))
    # A name of this module's own may stand for an array too.
    return any(
        word in ("NDArray", "ArrayLike", "Tensor")
        or re.search("ndarray|_SupportsArray", repr(names.get(word)))
        for word in words
    )


@cache
def tried() -> frozenset[int]:
    """Identities of all that property tests import, and of what the registries among it hold."""
    parts: list[Any] = []
    for path in Path(__file__).parent.rglob("test_properties*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("topo"):
                module = import_module(str(node.module))
                parts += [getattr(module, alias.name) for alias in node.names]
    parts += [each for part in parts if isinstance(part, dict) for each in part.values()]
    return frozenset(map(id, parts))


ALL = dict(public_parts())
TAKING = sorted(name for name, part in ALL.items() if takes_arrays(part))


def test_parts_of_every_kind_are_seen() -> None:
    assert {
        "topo.homology.planar.planar_loops",
        "topo.metrics.compute.space.Space",
        "topo.methods.pca.PCA",
        "topo.nn.topological_loss.PaperTerm",
        "topo.homology.sliced.mean_over_directions_of_deaths",
        "topo.theory.subsamples.compare_subsample",
    } < set(TAKING)
    assert not {"topo.splits.Split", "topo.splits.split_sizes"} & set(TAKING)


@pytest.mark.parametrize("name", TAKING)
def test_whatever_takes_arrays_is_tried_with_awkward_ones(name: str) -> None:
    is_tried = id(ALL[name]) in tried()
    assert is_tried or name in BEHIND or name in REASONS, (
        f"{name} takes arrays and is in no property test: try it in a test_properties.py with "
        "what tests/topo/strategies.py draws, or say in this file why that is not needed"
    )
    assert not (is_tried and (name in BEHIND or name in REASONS)), f"{name} needs no exception"


@pytest.mark.parametrize("name", [*BEHIND, *REASONS])
def test_exceptions_are_still_needed(name: str) -> None:
    assert name in TAKING, f"{name} is gone, or takes no array: take it out of this file"
    front = BEHIND.get(name)
    assert front is None or id(ALL[front]) in tried(), f"{front} is in no property test"
