"""Words of the page are explained where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.topo.report.synthetic_report import synthetic_report
from topo.methods import METHODS
from topo.names import method_title
from topo.params import load_params
from topo.report.glossary import meaning
from topo.statements import CONCLUSION_OUTCOMES, FIRMNESS
from topo.table import describe_table1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KL0.01 ↓", "How far the embedding's density"),
        ("dSW/Σ ↓", "divided by its sum. Lower is better."),
        ("Trustworthiness ↑", "Higher is better."),
        ("TopoAE", "topological loss"),
    ],
)
def test_headings_and_methods_have_a_meaning(text: str, words: str) -> None:
    assert words in meaning(text)


@pytest.mark.parametrize("text", ["", "↓", "<Z>.npy", "a <b> ↑"])
def test_what_is_not_the_studys_has_none(text: str) -> None:
    assert meaning(text) == ""


def test_every_method_of_the_study_and_every_column_of_table_1_is_explained() -> None:
    study = load_params(Path("params.yaml"))
    studied = {*study.benchmark.methods, *study.loops.methods}
    assert studied <= set(METHODS)
    assert all(meaning(method_title(name)) for name in studied)
    first = describe_table1(synthetic_report().table).tables[0]
    assert all(meaning("".join(word.text for word in column)) for column in first.columns)


@pytest.mark.parametrize("word", [*CONCLUSION_OUTCOMES, *FIRMNESS])
def test_every_word_of_a_verdict_is_explained(word: str) -> None:
    assert meaning(word).endswith(".")
