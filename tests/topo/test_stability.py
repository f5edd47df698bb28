from __future__ import annotations

import numpy as np
import pytest

from topo.splits import Split, resample
from topo.stability import Draw, regions

N = 300


def pictures(n: int, *, seed: int, noise: str = "normal") -> list[Draw]:
    """Pictures of the same points that differ by noise, and by what means nothing."""
    rng = np.random.default_rng(seed)
    places, own = 3 * rng.normal(size=(N, 2)), rng.gamma(2, 0.1, size=N)
    drawn = []
    for _ in range(n):
        rows = np.sort(rng.choice(N, int(0.8 * N), replace=False))
        moves = rng.normal(size=(len(rows), 2))
        if noise == "heavy":
            moves = rng.standard_t(3, size=(len(rows), 2))
        turn, _ = np.linalg.qr(rng.normal(size=(2, 2)))
        points = (places[rows] + own[rows, None] * moves) @ turn
        drawn.append(Draw(rows, rng.uniform(0.1, 10) * points + 100 * rng.normal(size=2)))
    return drawn


@pytest.mark.parametrize("noise", ["normal", "heavy"])
def test_nine_of_ten_points_of_further_pictures_lie_in_their_discs(noise: str) -> None:
    found = [regions(pictures(12, seed=seed, noise=noise), N) for seed in range(4)]
    assert 0.88 < np.mean([each.coverage for each in found]) < 0.92
    assert all(0.85 < each.coverage < 0.95 for each in found)


def test_pictures_that_are_turned_moved_and_scaled_are_equal() -> None:
    rng = np.random.default_rng(0)
    places, rows = rng.normal(size=(N, 2)), np.arange(N)
    drawn = []
    for k in range(6):
        angle = float(k)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        mirror = np.diag([1.0, -1.0 if k % 2 else 1.0])
        drawn.append(Draw(rows, (k + 1) * places @ turn @ mirror + k))
    assert np.nanmax(regions(drawn, N).radii) < 1e-6


def test_points_without_places_have_discs_as_large_as_the_picture() -> None:
    rng = np.random.default_rng(0)
    drawn = [Draw(np.arange(N), rng.normal(size=(N, 2))) for _ in range(12)]
    assert regions(drawn, N).median > 1


def test_a_point_in_fewer_than_two_pictures_has_no_disc() -> None:
    drawn = [Draw(each.rows[each.rows != 7], each.points[each.rows != 7])
             for each in pictures(8, seed=0)]  # fmt: skip
    found = regions(drawn, N)
    assert np.isnan(found.radii[7]) and np.isnan(found.centres[7]).all()
    assert np.isfinite(found.radii).sum() == N - 1


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 6 draws, got 5: raise"):
        regions(pictures(5, seed=0), N)


def test_resampling_draws_a_share_of_every_part() -> None:
    split = Split(np.arange(60), np.arange(60, 80), np.arange(80, 100))
    drawn = resample(split, 0.8, seed=1)
    for whole, part, size in (
        (split.train, drawn.train, 48),
        (split.validation, drawn.validation, 16),
        (split.test, drawn.test, 16),
    ):
        assert len(np.unique(part)) == size and set(part) <= set(whole)
        assert (np.diff(part) > 0).all()
    assert np.array_equal(drawn.test, resample(split, 0.8, seed=1).test)
    assert not np.array_equal(drawn.test, resample(split, 0.8, seed=2).test)
