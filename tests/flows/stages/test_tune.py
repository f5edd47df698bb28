from __future__ import annotations

from flows.stages.tune import Trial, choose
from topo.scores import Hyperparameters


def trial(number: int, value: float, *, objective: str = "kl_0.1", status: str = "ok") -> Trial:
    hyperparameters = Hyperparameters.of({"perplexity": float(number)})
    return Trial("spheres", "tsne", number, hyperparameters, objective, value, status, "")


def test_lowest_wins_where_lower_is_better() -> None:
    trials = [trial(0, 3.0), trial(1, 1.0), trial(2, 2.0)]
    assert choose(trials) == {"spheres": {"tsne": {"perplexity": 1.0}}}


def test_highest_wins_where_higher_is_better() -> None:
    trials = [trial(n, float(n), objective="trustworthiness") for n in range(3)]
    assert choose(trials) == {"spheres": {"tsne": {"perplexity": 2.0}}}


def test_failed_trials_never_win() -> None:
    trials = [trial(0, float("nan"), status="failed"), trial(1, 5.0)]
    assert choose(trials) == {"spheres": {"tsne": {"perplexity": 1.0}}}
    assert choose(trials[:1]) == {}


def test_first_of_equal_trials_wins() -> None:
    assert choose([trial(0, 1.0), trial(1, 1.0)]) == {"spheres": {"tsne": {"perplexity": 0.0}}}
