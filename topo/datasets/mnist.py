"""MNIST: handwritten digits, read from files that their checksums vouch for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt, model_validator

from topo.datasets.base import Dataset, LabelledPoints, Length
from topo.datasets.idx import read_idx

Part = Literal["train", "test"]

#: Published SHA-256 of every file.
MNIST_FILES = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}

#: Where the files are published; a file's address is a mirror followed by its name.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

#: Images and labels of each part, and how many there are.
PART_FILES: dict[Part, tuple[str, str]] = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
PART_SIZES: dict[Part, int] = {"train": 60_000, "test": 10_000}


class Mnist(Dataset):
    """The first handwritten digits of 28 x 28 pixels from one part of MNIST (LeCun et al., 1998).

    Attributes
    ----------
    images
        Part of MNIST that the images are taken from: "train" (60,000) or "test" (10,000).
    n_images
        How many of its images, from the first on.
    mean, std
        A pixel p in [0, 1] becomes (p - mean) / std; 0.1307 and 0.3081 are the mean and the
        standard deviation of all training pixels.
    """

    images: Part
    n_images: PositiveInt
    mean: float = Field(ge=-1e6, le=1e6)
    std: Length

    @model_validator(mode="after")
    def _enough_images(self) -> Mnist:
        if self.n_images > PART_SIZES[self.images]:
            raise ValueError(
                f"n_images must be at most {PART_SIZES[self.images]}, the number of {self.images} "
                f"images, got {self.n_images}: lower it or choose other images"
            )
        return self

    @property
    def n_points(self) -> int:
        """Number of images."""
        return self.n_images

    def load(self, raw: Path) -> LabelledPoints:
        """Read the images from ``raw/mnist``, after a check of both files' checksums.

        Returns
        -------
        LabelledPoints
            (n_images, 784) points, whose classes are the digits.

        Raises
        ------
        FileNotFoundError
            If a file is missing.
        ValueError
            If a file is not the published one.
        """
        for name in PART_FILES[self.images]:
            verify_mnist_file(raw / "mnist" / name)
        images, labels = read_images(raw / "mnist", self.images)
        pixels = images[: self.n_images].reshape(self.n_images, -1).astype(np.float32) / 255
        return LabelledPoints(
            X=((pixels - self.mean) / self.std).astype(np.float32),
            y=labels[: self.n_images].astype(np.int64),
        )


def verify_mnist_file(path: Path) -> None:
    """Check that a file is the published one of that name.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message says where it is published.
    ValueError
        If the file's name is none of MNIST's, or its SHA-256 is not the published one.
    """
    _expected_digest(path.name)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: put it there, it is published at {MIRRORS[0]}{path.name}"
        )
    verify_mnist_content(path.name, path.read_bytes(), source=str(path))


def verify_mnist_content(name: str, content: bytes, *, source: str) -> None:
    """Check that bytes are those of the published file of a name.

    Parameters
    ----------
    name
        Name of the file.
    content
        Its bytes.
    source
        Where they come from, for the message.

    Raises
    ------
    ValueError
        If the name is none of MNIST's, or the SHA-256 is not the published one.
    """
    expected = _expected_digest(name)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"{source} must have SHA-256 {expected}, got {found}: it is damaged or another file, "
            "delete it and fetch it again"
        )


def _expected_digest(name: str) -> str:
    if name not in MNIST_FILES:
        raise ValueError(f"{name} is no file of MNIST, whose files are {', '.join(MNIST_FILES)}")
    return MNIST_FILES[name]


def read_images(folder: Path, part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read the images and labels of one part, whatever their checksums.

    Returns
    -------
    images : (n, 28, 28) uint8 array
        Grey values, 0 to 255.
    labels : (n,) uint8 array
        Digits, 0 to 9.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is no IDX file of this kind, or the two do not belong together.
    """
    images_path, labels_path = (folder / name for name in PART_FILES[part])
    images = read_idx(images_path, n_axes=3)
    labels = read_idx(labels_path, n_axes=1)
    if images.shape[1:] != (28, 28):
        height, width = images.shape[1:]
        raise ValueError(f"{images_path} must hold images of 28 x 28, got {height} x {width}")
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} and {labels_path.name} must be equally long, got {len(images)} images "
            f"and {len(labels)} labels: they do not belong together"
        )
    if labels.max(initial=0) > 9:
        raise ValueError(f"{labels_path} must hold digits from 0 to 9, got {labels.max()}")
    return images, labels
