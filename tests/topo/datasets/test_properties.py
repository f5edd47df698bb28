"""Datasets, files and splits given whatever there is: points as stated, else an error in words."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError
from scipy.spatial.distance import cdist

from tests.topo.strategies import at_most, attempt, clouds, no_arrays, no_clouds
from topo.checks import check_measurable, check_plane_points, check_points
from topo.datasets import DATASETS, LabelledPoints
from topo.datasets.idx import read_idx, unpack
from topo.datasets.mnist import MNIST_FILES, MOST_BYTES, mnist_content
from topo.datasets.wide import in_principal_components
from topo.splits import Fractions, split_sizes, stratified_split


@given(clouds())
def test_every_finite_matrix_is_a_point_cloud(points: Any) -> None:
    assert check_points(points) is None


@given(no_clouds() | no_arrays)
def test_what_is_no_point_cloud_is_refused(points: Any) -> None:
    with pytest.raises(ValueError, match=r"points (must|need)"):
        check_points(points)


@given(clouds(), st.integers(1, 3))
def test_clouds_of_two_columns_lie_in_the_plane(points: Any, least: int) -> None:
    if points.shape[1] == 2 and len(points) >= least:
        check_plane_points(points, least=least)
    else:
        with pytest.raises(ValueError, match="points must lie in the plane"):
            check_plane_points(points, least=least)


@given(clouds() | no_clouds() | no_arrays)
def test_measurable_points_have_squared_distances_or_are_refused(points: Any) -> None:
    found = attempt(check_measurable, points)
    if found is not None:
        assert found.dtype == np.float64
        assert np.array_equal(found, points)
        squares = np.square(found[:, None] - found).sum(axis=2)
        assert np.isfinite(squares).all()
        assert squares.any() == (found != found[0]).any()


@given(clouds(scales=(1.0, 1e-30, 1e30)))
def test_all_principal_components_keep_distances_and_what_coincides(points: Any) -> None:
    X = points.astype(np.float64)
    found = in_principal_components(X)
    assert len(found) == len(X) and found.shape[1] <= min(len(X), max(2, X.shape[1]))
    scale = np.abs(X).max()
    np.testing.assert_allclose(cdist(found, found), cdist(X, X), rtol=1e-9, atol=1e-12 * scale)
    assert len(np.unique(found, axis=0)) == len(np.unique(X, axis=0))


@given(clouds(scales=(1.0, 1e-60, 1e60)))
def test_ordinary_points_are_measurable(points: Any) -> None:
    assert check_measurable(points) is not None


# --- SPHERES ---

lengths = st.sampled_from(
    [1e-6, 0.1, 1.0, 5.0, 25.0, 1e6, 0.0, -1.0, np.nan, np.inf, 1e308, 5e-324]
)
sizes = st.integers(-1, 4)


@given(
    st.fixed_dictionaries(
        {
            **{name: sizes for name in ("n_inner", "n_points_per_inner", "n_outer", "dimension")},
            **{name: lengths for name in ("inner_radius", "outer_radius", "centre_std")},
            "seed": st.integers(-1, 2**70),
        }
    )
)
def test_spheres_are_finite_points_or_refused(given_parameters: dict[str, Any]) -> None:
    try:
        dataset = DATASETS["spheres"](**given_parameters)
    except ValidationError:
        return
    data = dataset.load(Path("nowhere"))
    check_points(data.X)
    assert data.X.shape == (dataset.n_points, given_parameters["dimension"])
    assert np.array_equal(np.unique(data.y), np.arange(given_parameters["n_inner"] + 1))
    outer = np.linalg.norm(data.X[data.y == data.outer].astype(float), axis=1)
    np.testing.assert_allclose(outer, given_parameters["outer_radius"], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "value", "given_size"),
    [
        ("n_outer", 90_000_000, "90,005,000 x 101"),
        ("n_points_per_inner", 10**7, "100,005,000 x 101"),
        ("n_inner", 10**15, "500,000,000,000,005,000 x 101"),
        ("dimension", 10**9, "10,000 x 1,000,000,000"),
    ],
)
def test_spheres_beyond_memory_are_refused(name: str, value: int, given_size: str) -> None:
    usual = {"n_inner": 10, "n_points_per_inner": 500, "n_outer": 5000, "dimension": 101}
    sizes = {"inner_radius": 5.0, "outer_radius": 25.0, "centre_std": 1.0, "seed": 42}
    words = f"n_points x dimension must be at most 100,000,000, got {given_size}: lower n_inner"
    with pytest.raises(ValidationError, match=words):
        DATASETS["spheres"](**usual | sizes | {name: value})


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e7])
@pytest.mark.parametrize("name", ["mean", "std"])
def test_pixels_are_scaled_by_ordinary_numbers_only(name: str, value: float) -> None:
    usual = {"images": "test", "n_images": 10, "mean": 0.1, "std": 0.3}
    with pytest.raises(ValidationError, match=f"{name}\n  Input should be"):
        DATASETS["mnist"](**usual | {name: value})


# --- files ---


def idx(images: Any) -> bytes:
    header = bytes([0, 0, 8, images.ndim]) + b"".join(n.to_bytes(4, "big") for n in images.shape)
    return header + images.tobytes()


IMAGES = np.arange(3 * 28 * 28).reshape(3, 28, 28).astype(np.uint8)


@st.composite
def changed(draw: Any, content: bytes) -> bytes:
    """Bytes of which some are others, missing, repeated or added."""
    start, end = sorted(draw(st.integers(0, min(40, len(content)))) for _ in range(2))
    middle = draw(st.binary(max_size=6) | st.just(content[start:end] * 2))
    kept = content[end:] if draw(st.booleans()) else content[end : draw(st.integers(0, 2000))]
    return content[:start] + middle + kept


@st.composite
def files(draw: Any, content: bytes) -> bytes:
    """IDX files altered before they are compressed, after it, or not compressed."""
    packed = gzip.compress(content, mtime=0)
    altered = gzip.compress(draw(changed(content)), mtime=0)
    return draw(st.sampled_from([packed, altered, altered, draw(changed(packed)), content, b""]))


@given(files(idx(IMAGES)))
def test_altered_files_are_read_as_what_they_say_or_refused(images: bytes) -> None:
    content = attempt(unpack, images, at_most=MOST_BYTES)
    read = None if content is None else attempt(read_idx, content, n_axes=3)
    if read is not None:
        assert read.dtype == np.uint8
        assert idx(read) == content


@given(files(idx(IMAGES)))
def test_files_of_other_content_are_refused(images: bytes) -> None:
    known = hashlib.sha256(idx(IMAGES)).hexdigest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MNIST_FILES, "t10k-images-idx3-ubyte", known)
        found = attempt(mnist_content, "t10k-images-idx3-ubyte", images, source="images")
    assert found in (None, idx(IMAGES))
    assert found is not None or images not in (idx(IMAGES), gzip.compress(idx(IMAGES), mtime=0))


def test_axes_longer_than_memory_are_refused() -> None:
    with pytest.raises(ValueError, match=r"axes that an array can have .*got 0 x 4294967295"):
        read_idx(bytes([0, 0, 8, 3]) + bytes(4) + b"\xff" * 8, n_axes=3)


# --- splits ---

shares = st.sampled_from([0.6, 0.2, 0.25, 0.5, 1 / 3, 0.98, 0.01, 1e-9, 1e-300, 0.0, -0.2, np.nan])


@given(st.tuples(shares, shares, shares), st.integers(-3, 60) | st.integers(10**8 - 9, 10**20))
def test_sizes_of_parts_sum_to_the_whole_or_are_refused(given_shares: Any, n: int) -> None:
    try:
        fractions = Fractions(
            **dict(zip(("train", "validation", "test"), given_shares, strict=True))
        )
    except ValidationError:
        return
    sizes = attempt(split_sizes, n, fractions)
    if sizes is not None:
        assert sum(sizes) == n
        assert min(sizes) >= 1
        for size, share in zip(sizes, given_shares, strict=True):
            assert abs(size - n * share) < 1.11


def test_shares_that_sum_to_1_within_rounding_make_whole_parts_up_to_100_million() -> None:
    fractions = Fractions(train=0.5, validation=0.25, test=0.25 + 9e-10)
    assert sum(split_sizes(10**8, fractions)) == 10**8
    with pytest.raises(ValueError, match="at most 100,000,000 points, got 2,000,000,000: lower"):
        split_sizes(2 * 10**9, fractions)


classes = arrays(np.int64, st.integers(0, 40), elements=st.integers(-1, 3))
no_classes = st.sampled_from([np.zeros(9), np.zeros((3, 3), int), np.zeros(9, bool), np.array(1)])


@at_most(60)
@given(classes | no_classes, st.integers(0, 3))
def test_splits_are_disjoint_and_whole_or_refused(y: Any, seed: int) -> None:
    split = attempt(stratified_split, y, Fractions(train=0.6, validation=0.2, test=0.2), seed=seed)
    if split is not None:
        parts = [split.train, split.validation, split.test]
        assert sorted(np.concatenate(parts).tolist()) == list(range(len(y)))
        for label in np.unique(y):
            share = np.mean(y == label)
            for part in parts:
                assert abs(np.sum(y[part] == label) - share * len(part)) < 1 + 1e-9


def test_labelled_points_of_no_class_are_refused() -> None:
    data = LabelledPoints(np.zeros((0, 2), np.float32), np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="non-empty vector of whole numbers"):
        stratified_split(data.y, Fractions(train=0.6, validation=0.2, test=0.2), seed=0)
