"""Holm's correction, by hand and by what it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from topo.inference import holm


def test_by_hand() -> None:
    # 3 x 0.01; 2 x 0.04; 0.03 x 1 is raised to what a smaller one has.
    assert holm([0.01, 0.05, 0.04]) == pytest.approx([0.03, 0.08, 0.08])
    assert holm([0.9, 0.9]) == [1.0, 1.0]


def test_a_family_of_one_and_of_none() -> None:
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


def test_what_shows_nothing_asks_for_no_correction() -> None:
    corrected = holm([0.03, math.nan, 0.02])
    assert corrected[0] == corrected[2] == pytest.approx(0.04)
    assert math.isnan(corrected[1])


def test_false_finds_anywhere_in_a_family_stay_below_five_per_cent() -> None:
    families = np.random.default_rng(0).uniform(size=(4000, 6))
    share = np.mean([min(holm(family)) < 0.05 for family in families])
    assert share == pytest.approx(0.05, abs=0.011)
