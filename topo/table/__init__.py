"""Table 1 of the paper, made anew: as a tidy frame, as Markdown and as text for terminals."""

from topo.table.frame import table1
from topo.table.markdown import spread_markdown, table1_markdown
from topo.table.text import scored_text, spread_text, table1_text

__all__ = [
    "scored_text",
    "spread_markdown",
    "spread_text",
    "table1",
    "table1_markdown",
    "table1_text",
]
