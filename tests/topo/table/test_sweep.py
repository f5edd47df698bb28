"""The sweep's metrics as tables."""

from __future__ import annotations

from tests.topo.table.synthetic_scores import scores
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.table import describe_sweep, to_markdown
from topo.table.description import Table, Tables, Word


def swept(perplexity: float, start: float) -> list[ScoreRow]:
    chosen = Hyperparameters.of({"perplexity": perplexity})
    only = [("kl_0.1", "raw"), ("bottleneck", "raw"), ("bottleneck", "empty"), ("nesting", "raw")]
    made = scores("tsne", start, only=only)
    return [row._replace(stage="sweep", hyperparameters=chosen) for row in made]


def described(rows: list[ScoreRow], ratio: float = 1 / 3) -> Tables:
    return describe_sweep(SCORES.frame(rows), test_to_train=ratio)


def tables(rows: list[ScoreRow]) -> dict[str, Table]:
    return {table.title: table for table in described(rows).tables}


def test_every_metric_has_a_row_and_every_value_a_column() -> None:
    found = tables([*swept(5.0, 1.0), *swept(750.0, 3.0)])
    names = [f"SPHERES, t-SNE: {group}" for group in ("densities", "homology", "enclosure")]
    assert list(found) == names
    homology = found["SPHERES, t-SNE: homology"]
    assert homology.is_folded
    columns = ("perplexity 5", "perplexity 750", "Empty diagram")
    assert homology.columns == tuple((Word(each),) for each in columns)
    [row] = homology.groups[0].rows
    assert row.title == "Bottleneck distance ↓"
    assert [cell.value for cell in row.cells] == ["2.0 ± 3.5", "4.0 ± 3.5", "70.00"]
    assert all(cell.rank is None for cell in row.cells)


def test_no_sweep_is_nothing() -> None:
    nothing = described([])
    assert nothing.tables == ()
    assert to_markdown(nothing).strip() == ""


def test_intervals_of_splits_know_how_much_these_overlap() -> None:
    rows = swept(5.0, 1.0)
    cells = [
        described(rows, ratio).tables[1].groups[0].rows[0].cells[0].value for ratio in (1 / 3, 1.0)
    ]
    # Three splits of standard deviation 1: 4.3 times the root of 1/3 + test to train.
    assert cells == ["2.0 ± 3.5", "2 ± 5"]
