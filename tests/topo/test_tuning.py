from __future__ import annotations

import pytest

from topo.methods import METHODS
from topo.tuning import Study


def run(seed: int, n_trials: int = 10, *, direction: str = "lower") -> list[float]:
    """Minimise the distance to perplexity 33, or maximise its negative."""
    study = Study(
        METHODS["tsne"],
        {"perplexity": (5.0, 50.0)},
        direction=direction,  # type: ignore[arg-type]
        n_startup_trials=4,
        seed=seed,
    )
    asked = []
    for _ in range(n_trials):
        perplexity = study.ask()["perplexity"]
        distance = (perplexity - 33.0) ** 2 / 100
        study.tell(distance if direction == "lower" else -distance)
        asked.append(perplexity)
    return asked


def test_same_seed_gives_the_same_study() -> None:
    assert run(1) == run(1)
    assert run(1)[:4] != run(2)[:4]


@pytest.mark.parametrize("direction", ["lower", "higher"])
def test_it_is_not_random_search(direction: str) -> None:
    asked = run(3, direction=direction)
    assert all(5.0 <= each <= 50.0 for each in asked)
    # After the start-up trials the Gaussian process closes in on the optimum.
    assert min(abs(each - 33.0) for each in asked[4:]) < 2.0


def test_failed_trial_is_no_number_and_the_study_goes_on() -> None:
    study = Study(
        METHODS["umap"], {"n_neighbors": (2, 9)}, direction="lower", n_startup_trials=1, seed=0
    )
    told: list[float | None] = []
    for number in range(4):
        suggested = study.ask()["n_neighbors"]
        assert isinstance(suggested, int)
        assert 2 <= suggested <= 9
        told.append(None if number == 1 else float(suggested))
        study.tell(told[-1])
    trials = study._study.trials
    assert [trial.value for trial in trials] == told
    assert [trial.state.name for trial in trials] == ["COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]


def test_start_up_trials_may_be_asked_for_at_once() -> None:
    def study() -> Study:
        return Study(
            METHODS["tsne"],
            {"perplexity": (5.0, 50.0)},
            direction="lower",
            n_startup_trials=4,
            seed=1,
        )

    together, apart = study(), study()
    asked = [together.ask()["perplexity"] for _ in range(4)]
    one_by_one = []
    for _ in range(4):
        one_by_one.append(apart.ask()["perplexity"])
        apart.tell(one_by_one[-1])
    for perplexity in asked:
        together.tell(perplexity)
    assert asked == one_by_one
    assert together.ask() == apart.ask()
