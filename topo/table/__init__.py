"""Table 1 of the paper, made anew, and other tables: described once, written in every form."""

from topo.table.benchmark import describe_paper_table1, describe_table1
from topo.table.brief import describe_brief_table1
from topo.table.description import Tables
from topo.table.frame import table1
from topo.table.markdown import escape, to_markdown
from topo.table.scored import describe_scores
from topo.table.spreads import describe_spread
from topo.table.sweep import describe_sweep
from topo.table.text import to_text

__all__ = [
    "Tables",
    "describe_brief_table1",
    "describe_paper_table1",
    "describe_scores",
    "describe_spread",
    "describe_sweep",
    "describe_table1",
    "escape",
    "table1",
    "to_markdown",
    "to_text",
]
