"""All benchmarks by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.bench.blocks import blocks
from tests.bench.cluster import cluster
from tests.bench.coverage import coverage
from tests.bench.embeddings import tsne, umap
from tests.bench.gpu import gpu
from tests.bench.growth import growth
from tests.bench.large import large
from tests.bench.loss import topological_loss
from tests.bench.measure import Section
from tests.bench.metrics import metrics, suite
from tests.bench.orchestration import orchestration
from tests.bench.parts import parts
from tests.bench.sharing import shared_input
from tests.bench.size import Size
from tests.bench.startup import startup
from tests.bench.training import training
from tests.bench.whole import whole_run


class Benchmark(NamedTuple):
    """What a benchmark is.

    Attributes
    ----------
    run
        A function of the size; one that takes long yields all that it has found after each part.
    line
        What it compares, in a line.
    """

    run: Callable[[Size], Section | Iterator[Section]]
    line: str


#: Whose results depend on `--scale` as a whole.
SCALED = ("whole",)

# Those that keep both cores busy come last: the others would start with their load.
BENCHMARKS = {
    "parts": Benchmark(parts, "where the core-seconds of the last whole run went"),
    "coverage": Benchmark(coverage, "how often the reported intervals hold the truth"),
    "loss": Benchmark(topological_loss, "the topological loss, forward and backward"),
    "training": Benchmark(training, "training TopoAE against training AE"),
    "blocks": Benchmark(blocks, "training on 10,000 and 100,000 points that are made in blocks"),
    "gpu": Benchmark(gpu, "training and metrics on a GPU against one core"),
    "tsne": Benchmark(tsne, "t-SNE over all pairs against Barnes–Hut, and what each reaches"),
    "umap": Benchmark(umap, "UMAP's layout against umap-learn's, and the first fit of a process"),
    "metrics": Benchmark(metrics, "every metric against its plain definition and scikit-learn"),
    "suite": Benchmark(suite, "all metrics of one embedding, and what they spend their time on"),
    "sharing": Benchmark(shared_input, "the input's side computed once against once per unit"),
    "growth": Benchmark(growth, "time and memory as the points grow in number"),
    "large": Benchmark(large, "metrics of 70,000 points of 784 coordinates"),
    "orchestration": Benchmark(orchestration, "what a unit costs that does nothing"),
    "cluster": Benchmark(cluster, "units that sleep on 1 to 4 nodes"),
    "startup": Benchmark(startup, "from the command to the first unit; nothing to do"),
    "whole": Benchmark(whole_run, "the study on 1 and 2 workers against a plain serial script"),
}
