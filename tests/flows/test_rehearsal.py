from __future__ import annotations

from pathlib import Path

import pytest

from flows.__main__ import main
from flows.rehearsal import a_tenth
from tests.flows.checkout import Checkout
from topo.params import parse_params, read_params

ROOT = Path(__file__).parents[2]


def test_a_tenth_of_the_study_is_a_study() -> None:
    whole = read_params(ROOT / "params.yaml")
    tenth = a_tenth(whole)
    parse_params(tenth)
    assert tenth["datasets"]["spheres"]["n_outer"] * 10 == whole["datasets"]["spheres"]["n_outer"]
    assert max(tenth["sweep"]["perplexities"]) * 10 == max(whole["sweep"]["perplexities"])
    assert tenth["benchmark"]["methods"] == whole["benchmark"]["methods"]
    assert tenth["methods"] == whole["methods"]


@pytest.mark.parametrize(
    ("name", "value", "tenth"),
    [
        ("n_outer", 5000, 500),
        ("n_outer", 300, 200),
        ("n_outer", 100, 100),
        ("repetitions", 5, 2),
        ("repetitions", 1, 1),
        ("perplexities", [5, 30, 750], [5, 75]),
        ("perplexities", [2, 4], [2, 4]),
        ("perplexity", [5.0, 50.0], [5.0, 10.0]),
        ("perplexity", 30.0, 30.0),
        ("n_neighbors", [15, 500], [15, 50]),
        ("n_neighbors", [15, 20], [15, 20]),
        ("lam", [1.0, 3.0], [1.0, 3.0]),
        ("epochs", 20, 20),
    ],
)
def test_no_number_is_raised(name: str, value: object, tenth: object) -> None:
    assert a_tenth({name: value}) == {name: tenth}


@pytest.mark.parametrize("more", [["sweep"], ["-S", "split.seed=1"], ["-n", "small"]])
def test_part_of_a_rehearsal_is_refused(capsys: pytest.CaptureFixture[str], more) -> None:
    assert main(["reproduce", "--quick", *more]) == 1
    assert "--quick rehearses the whole of params.yaml" in capsys.readouterr().err


def test_rehearsal_ends_with_a_marked_page_and_leaves_the_results(study: Checkout) -> None:
    # All stages, and no more units than they need.
    study.write_params(lambda params: params["benchmark"].update(datasets=["spheres"]))

    def content(folder: str) -> dict[Path, bytes]:
        return {
            path: path.read_bytes() for path in (study.folder / folder).rglob("*") if path.is_file()
        }

    before = content("results"), content("data")
    lock = (study.folder / "dvc.lock").read_bytes()
    done = study.run("flows", "reproduce", "--quick")
    assert done.returncode == 0, done.stdout + done.stderr
    page = Path(done.stdout.splitlines()[-1].removeprefix("a rehearsal: "))
    assert page == study.folder / ".cache/rehearsal/results/report/report.html"
    assert "<strong>A rehearsal.</strong>" in page.read_text()
    assert "A rehearsal: none of these numbers is the study's." in done.stdout
    assert (content("results"), content("data")) == before
    assert (study.folder / "dvc.lock").read_bytes() == lock
