"""The sweep's metrics as tables."""

from __future__ import annotations

from tests.topo.table.synthetic_scores import scores
from topo.scores import SCORES, Hyperparameters, ScoreRow
from topo.table import describe_sweep, to_markdown
from topo.table.description import Table, Word


def swept(perplexity: float, start: float) -> list[ScoreRow]:
    chosen = Hyperparameters.of({"perplexity": perplexity})
    only = [("kl_0.1", "raw"), ("bottleneck", "raw"), ("bottleneck", "empty"), ("nesting", "raw")]
    made = scores("tsne", start, only=only)
    return [row._replace(stage="sweep", hyperparameters=chosen) for row in made]


def tables(rows: list[ScoreRow]) -> dict[str, Table]:
    return {table.title: table for table in describe_sweep(SCORES.frame(rows)).tables}


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
    described = describe_sweep(SCORES.frame([]))
    assert described.tables == ()
    assert to_markdown(described).strip() == ""
