"""Parquet by pyarrow: columns of numbers, and one of classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from topo.files.columns import has_numbers, of_columns
from topo.files.contents import Contents, check_label, check_size, choose, in_one_line

_MOST_BYTES = 2**32
_BATCH = 2**16


def read_parquet(
    path: Path, *, label: str | None = None, columns: Sequence[str] | None = None
) -> Contents:
    """Read the columns of numbers and the label from a Parquet file; nothing else is unpacked."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            check_label(path, label, schema.names)
            # Text that stands in many rows is unpacked once.
            once = [] if label is None else _text(schema, label, path)
        with parquet.ParquetFile(path, read_dictionary=once) as file:
            return _contents(file, path, label=label, columns=columns)
    except (pyarrow.ArrowException, OSError) as error:
        words = in_one_line(error)
        raise ValueError(
            f"{path} is no Parquet file, or damaged ({words}): save it again"
        ) from error


def _text(schema: Any, label: str, path: Path) -> list[str]:
    """Return the label, where its column is text, as a list."""
    from pyarrow import types

    kind = schema.field(label).type
    if types.is_nested(kind):
        raise ValueError(
            f"{path}: classes must be names or whole numbers, got lists or records: convert them"
        )
    return [label] if types.is_string(kind) or types.is_large_string(kind) else []


def _contents(
    file: Any, path: Path, *, label: str | None, columns: Sequence[str] | None
) -> Contents:
    schema, n_rows = file.schema_arrow, file.metadata.num_rows
    names = [schema.names[i] for i in choose(path, schema.names, label=label, columns=columns)]
    points = [name for name in names if has_numbers(schema.field(name).type)]
    read = points if label is None else [*points, label]
    check_size(path, n_rows, len(read))
    _check_unpacked(file.metadata, path)
    return of_columns(
        _table(file, read, n_rows, path),
        path,
        label=label,
        chosen=columns is not None,
        left_out=[name for name in names if name not in points],
    )


def _check_unpacked(metadata: Any, path: Path) -> None:
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    n_bytes = sum(group.total_byte_size for group in groups)
    if n_bytes > _MOST_BYTES:
        raise ValueError(
            f"{path}: files are read up to 4 GiB unpacked, got {n_bytes / 2**30:.0f}: keep fewer "
            "rows or columns"
        )


def _table(file: Any, names: list[str], n_rows: int, path: Path) -> Any:
    """Read columns piece by piece, and no more rows than the file promises."""
    import pyarrow

    batches, n_read = [], 0
    for batch in file.iter_batches(_BATCH, columns=names, use_threads=False):
        batches.append(batch)
        n_read += batch.num_rows
        if n_read > n_rows:
            break
    if n_read != n_rows:
        raise ValueError(
            f"{path} is damaged: it promises {n_rows:,} rows and has others: save it again"
        )
    schema = pyarrow.schema([file.schema_arrow.field(name) for name in names])
    return pyarrow.Table.from_batches(batches, None if batches else schema)
