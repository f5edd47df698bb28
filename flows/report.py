"""Stage `report`: Table 1, the figures and the metrics that DVC compares."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from flows import store
from flows.embeddings import read_embeddings
from topo.figures import embedding_grid
from topo.params import Params, load_params
from topo.scores import aggregate, from_csv, spread
from topo.table import spread_markdown, spread_text, table1, table1_markdown, table1_text


@flow(name="report")
def report() -> None:
    """Write ``results/report`` from what the earlier stages wrote, complete or not."""
    params = load_params(store.PARAMS)
    store.require_writable(store.REPORT)
    scores = from_csv(store.SCORES)
    table, spreads = table1(aggregate(scores)), spread(scores)
    markdown = table1_markdown(table) + "\n" + spread_markdown(spreads)
    store.write_text(store.REPORT / "table1.csv", table.to_csv(index=False))
    store.write_text(store.REPORT / "table1.md", markdown)
    store.write_text(store.REPORT / "table1.txt", table1_text(table) + "\n" + spread_text(spreads))
    store.write_json(store.REPORT / "metrics.json", _metrics(table))
    _write_figures(params)
    create_markdown_artifact(markdown, key="table-1")
    get_run_logger().info("Table 1 is in %s", store.REPORT)


def _metrics(table: pd.DataFrame) -> dict[str, Any]:
    """Nest the means by dataset, method and metric, the way `dvc metrics diff` compares them."""
    nested: dict[str, Any] = {}
    for row in table[table["mean"].notna()].itertuples():
        name = row.metric if row.scaling == "raw" else f"{row.metric} ({row.scaling})"
        nested.setdefault(row.dataset, {}).setdefault(row.method, {})[name] = row.mean
    return nested


def _write_figures(params: Params) -> None:
    for dataset in params.benchmark.datasets:
        path = store.BENCHMARK / f"{dataset}.npz"
        if not path.exists():
            continue
        kept = [each for each in read_embeddings(path) if (each.split, each.model_seed) == (0, 0)]
        by_method = {each.method: each.points for each in kept}
        ordered = {name: by_method[name] for name in params.benchmark.methods if name in by_method}
        outer = store.read_dataset(dataset).outer
        figure = embedding_grid(ordered, kept[0].labels, dataset=dataset, outer=outer)
        write_figure(store.REPORT / "figures" / f"embeddings_{dataset}.png", figure)


def write_figure(path: Path, figure: Figure) -> None:
    """Write a figure as PNG; equal figures give equal bytes.

    Parameters
    ----------
    path
        The file.
    figure
        The figure.
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    store.write_bytes(path, buffer.getvalue())
