from __future__ import annotations

import pytest

from tests.topo.own.test_keeping import noisy, scores
from topo.own import tuning_gains, values_at_ends


def gains(tuned: dict[str, list[float]], default: dict[str, list[float]]) -> list[str]:
    found = tuning_gains(
        scores(tuned, "kl_0.1"),
        scores(default, "kl_0.1"),
        "wine",
        objective="kl_0.1",
        test_to_train=1 / 3,
    )
    return [each.sentence for each in found]


def test_gains_are_told_from_losses_and_from_nothing() -> None:
    better, worse, equal = gains(
        {"tsne": noisy(0.1, seed=1), "umap": noisy(0.3, seed=2), "topoae": noisy(0.2, seed=3)},
        {"tsne": noisy(0.3, seed=4), "umap": noisy(0.1, seed=5), "topoae": noisy(0.2, seed=6)},
    )
    assert better.startswith("t-SNE, KL, σ = 0.1: 0.10") and better.endswith(", better.")
    assert "a difference of -0.196 ± 0.0" in better and "over 10 splits" in better
    assert worse.startswith("UMAP, ") and worse.endswith(", worse.")
    assert equal.startswith("TopoAE, ")
    assert equal.endswith("which is not told apart from nothing.")


def test_only_shared_splits_are_compared() -> None:
    (sentence,) = gains({"tsne": [0.1, 0.2, 0.9, 0.9]}, {"tsne": [0.3, 0.4]})
    assert "0.150 in place of 0.350" in sentence and "over 2 splits" in sentence


def test_tuning_that_keeps_the_usual_values_says_so() -> None:
    (sentence,) = gains({"tsne": [0.1, 0.2]}, {"tsne": [0.1, 0.2]})
    assert sentence.endswith("0.150, as without tuning: the values of params.yaml were kept.")


def test_what_was_not_tuned_gains_nothing() -> None:
    assert gains({"tsne": [0.1, 0.2]}, {}) == []


@pytest.mark.parametrize(
    ("value", "end"), [(5.0, "low"), (5.5, "low"), (6.5, ""), (49.0, ""), (49.9, "high")]
)
def test_values_at_the_ends_of_their_ranges_are_said(value: float, end: str) -> None:
    found = values_at_ends({"tsne": {"perplexity": value}}, {"tsne": {"perplexity": (5.0, 50.0)}})
    assert len(found) == bool(end)
    if end:
        assert f"lies at the {end} end of what was searched (5 to 50)" in found[0]
