"""Points for the benchmarks: SPHERES as in params.yaml, of any size, and MNIST where it is."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
from dvc.utils.serialize import loads_yaml
from numpy.typing import NDArray

from topo.datasets.base import LabelledPoints
from topo.datasets.mnist import PART_FILES, PART_SIZES, Part, find_mnist_file, read_images
from topo.datasets.spheres import Spheres

ROOT = Path(__file__).parents[2]


@cache
def study() -> dict:
    """Read the parameters of the whole study."""
    return loads_yaml((ROOT / "params.yaml").read_text(encoding="utf-8"))


def spheres(n_points: int, *, seed: int = 0) -> LabelledPoints:
    """Draw SPHERES of about that many points, in random order: half of them on the outer sphere."""
    given = study()["datasets"]["spheres"]
    per_inner = max(1, n_points // 2 // given["n_inner"])
    n_outer = n_points - per_inner * given["n_inner"]
    own = {"n_points_per_inner": per_inner, "n_outer": n_outer, "seed": seed}
    usual = {name: given[name] for name in Spheres.model_fields}
    data = Spheres(**usual | own).load(Path())
    order = np.random.default_rng(seed).permutation(len(data.X))
    return LabelledPoints(data.X[order], data.y[order], data.outer)


def plane(data: LabelledPoints) -> NDArray[np.float64]:
    """Return the first two principal components, as an embedding that costs nothing."""
    centred = data.X.astype(np.float64) - data.X.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(centred @ axes[:, -2:])


def source_of_images(n_points: int) -> str:
    """Say what `images` returns.

    Raises
    ------
    FileNotFoundError
        Where the environment variable MNIST_DIR names no folder with the images.
    """
    n_found = sum(PART_SIZES[part] for part in _found())
    if n_points <= n_found:
        return "MNIST"
    return f"A stand-in, MNIST's {n_found:,} images at hand shifted and with noise"


def images(n_points: int) -> LabelledPoints:
    """Return MNIST's images; where there are too few, changed copies of those at hand too.

    Raises
    ------
    FileNotFoundError
        Where the environment variable MNIST_DIR names no folder with the images.
    """
    parts = [read_images(mnist_folder(), part) for part in _found()]
    pixels = np.concatenate([p.reshape(len(p), -1) for p, _ in parts]).astype(np.float32) / 255
    labels = np.concatenate([y for _, y in parts]).astype(np.int64)
    if len(pixels) >= n_points:
        return LabelledPoints(pixels[:n_points], labels[:n_points])
    return _stand_in(pixels, labels, n_points)


def mnist_folder() -> Path:
    """Return where MNIST's files are looked for."""
    return Path(os.environ.get("MNIST_DIR") or ROOT / "data/raw/mnist")


def require_mnist(part: Part) -> None:
    """Look for the files of one part of MNIST.

    Raises
    ------
    FileNotFoundError
        Where one is missing.
    """
    missing = [name for name in PART_FILES[part] if find_mnist_file(mnist_folder(), name) is None]
    if missing:
        raise FileNotFoundError(
            f"{', '.join(missing)} not found in {mnist_folder()}: set MNIST_DIR to the folder of "
            "MNIST's files"
        )


def _found() -> list[Part]:
    parts = [
        part for part, (images, _) in PART_FILES.items() if find_mnist_file(mnist_folder(), images)
    ]
    if not parts:
        raise FileNotFoundError("set MNIST_DIR to the folder of MNIST's files")
    return parts


def _stand_in(
    pixels: NDArray[np.float32], labels: NDArray[np.int64], n_points: int
) -> LabelledPoints:
    """Fill up with copies of the images, each shifted by up to two pixels, with some noise."""
    rng = np.random.default_rng(0)
    rows = np.resize(np.arange(len(pixels)), n_points)
    made = pixels[rows].reshape(-1, 28, 28)
    for i, (down, right) in enumerate(rng.integers(-2, 3, size=(n_points, 2))):
        if i >= len(pixels):
            made[i] = np.roll(made[i], (down, right), axis=(0, 1))
    made += rng.normal(scale=0.05, size=made.shape).astype(np.float32)
    return LabelledPoints(made.reshape(n_points, -1), labels[rows])
