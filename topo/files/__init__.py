"""Tables from outside: read without trust, and told what was seen in them."""

from topo.files.label_file import read_labels
from topo.files.labels import class_notes
from topo.files.table import Table, read_table

__all__ = ["Table", "class_notes", "read_labels", "read_table"]
