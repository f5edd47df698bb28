"""Training on points made in blocks: what the topological term takes, and memory.

``python -m tests.bench.blocks N_BLOCKS BATCH`` is one number of points and batch size in a process
of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from tests.bench.clouds import ROOT, study
from tests.bench.measure import Goal, Number, Section, ratio_of
from tests.bench.runs import watch
from tests.bench.sampling import forget_peak_memory, peak_memory
from tests.bench.size import Size
from topo.questions.large_scale import LargeScale, OneEpoch, draw_block

#: By how much the ratio of TopoAE to AE may differ between most and fewest points.
AIM = 1.15
BATCHES = (128, 256, 512, 1024)
#: Of 5,000 points; the last one at --scale 1 alone.
N_BLOCKS = (2, 20, 200)
ROUNDS = 3


def blocks(size: Size) -> Section:
    """Train AE and TopoAE for an epoch on few and many points, at all batch sizes."""
    section = Section(
        "Training on points made in blocks",
        "One epoch on SPHERES (101 coordinates, the net of params.yaml), of which one block of "
        "5,000 points is in memory at a time; making them is in both sides. The ratio is TopoAE by "
        "AE. Every number of points and batch size in a process of its own, one thread; peak "
        "memory is that of the process. A million points at --scale 1.",
    )
    n_blocks = (1, 2) if size.smallest else N_BLOCKS[: 2 + (size.scale >= 1)]
    for batch in (16,) if size.smallest else BATCHES:
        ratios = []
        for number in n_blocks:
            found = _measure_apart(number, batch, smallest=size.smallest)
            case = f"{found['n']:,} points, batches of {batch}"
            ratios.append(ratio_of(case, "TopoAE", "AE", found["topoae"], found["ae"]))
            section.numbers += [
                Number(f"{case}: an epoch of TopoAE", ratios[-1].slower_seconds, "s"),
                Number("… of AE", ratios[-1].faster_seconds, "s"),
                Number("… of it making the points", found["making"], "s"),
                Number("… peak memory", found["peak memory"], "MiB"),
            ]
        section.ratios += ratios
        section.goals.append(
            Goal(
                f"TopoAE by AE, {n_blocks[-1]} blocks against {n_blocks[0]}, batches of {batch}",
                "≤",
                AIM,
                ratios[-1].ratio / ratios[0].ratio,
                "×",
                "the same batches are taken of more points: what differs is the machine's noise",
            )
        )
    return section


def _measure_apart(n_blocks: int, batch: int, *, smallest: bool) -> dict[str, Any]:
    """Measure in a process of its own; the smallest in this one."""
    if smallest:
        return measure(n_blocks, batch, smallest=True)
    done = watch(ROOT, dict(os.environ), "-m", "tests.bench.blocks", str(n_blocks), str(batch))
    return json.loads(done.output.strip().splitlines()[-1])


def measure(n_blocks: int, batch: int, *, smallest: bool = False) -> dict[str, Any]:
    """Train on few points, which compiles what is compiled, then both networks in turn."""
    import torch

    torch.set_num_threads(1)
    question = LargeScale(**study()["questions"]["experiments"]["large_scale"])
    fewer = {"n_points_per_inner": 5, "n_outer": 50} if smallest else {}
    block, lam = question.block.model_copy(update=fewer), question.network.lam
    given = {"block": block, "batch_size": batch, "network": question.network}
    few, whole = (OneEpoch(n_blocks=number, **given) for number in (1, n_blocks))
    few.train(lam=lam, seed=0)
    forget_peak_memory()
    found: dict[str, list[float]] = {"topoae": [], "ae": []}
    for _ in range(1 if smallest else ROUNDS):
        for name, weight in (("topoae", lam), ("ae", None)):
            started = time.process_time()
            whole.train(lam=weight, seed=0)
            found[name].append(time.process_time() - started)
    peak, started = peak_memory(), time.process_time()
    for number in range(n_blocks):
        draw_block(block, number)
    making = time.process_time() - started
    return {**found, "n": whole.n_points, "making": making, "peak memory": peak}


if __name__ == "__main__":
    from flows.environment import set_environment

    set_environment()
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
