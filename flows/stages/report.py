"""Stage `report`: verdicts, Table 1, figures, the report page, and what DVC compares."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from flows import store
from flows.reporting.figures import Captioned, draw_figures, write_figures
from flows.reporting.page import gather_content
from flows.reporting.results import MissingResult, Results, read_results
from flows.running.parameters import params_of_run
from flows.running.provenance import write_provenance
from topo.report import render_report
from topo.scores import aggregate, spread
from topo.statements import Evidence, JudgedConclusion, judge, statements_json
from topo.statements.text import findings_markdown, verdicts_markdown, verdicts_text
from topo.summary import headline, nested_means, sweep_curves, verdict_frame
from topo.table import (
    describe_paper_table1,
    describe_spread,
    describe_sweep,
    describe_table1,
    table1,
    to_markdown,
    to_text,
)

#: Stage and dataset that a figure shows, beside the benchmark's embeddings; "" for any dataset.
_SHOWN = {
    "figure-6": ("sweep", "spheres"),
    "figure-8": ("sweep", "spheres"),
    "tuning": ("tune", ""),
}


_REHEARSAL = "A rehearsal: none of these numbers is the study's."


@flow(name="report")
def report() -> None:
    """Write ``results/report`` from what the earlier stages wrote, complete or not."""
    params = params_of_run()
    store.require_writable(store.REPORT)
    results = read_results()
    overlap = params.split.fractions.test / params.split.fractions.train
    judged = judge(
        Evidence(
            results.benchmark,
            results.sweep,
            results.theory,
            results.second_best,
            overlap,
            results.gains,
        )
    )
    aggregated = aggregate(results.benchmark, test_to_train=overlap)
    table, spreads = table1(aggregated), spread(results.benchmark)
    figures = write_figures(mark_partial(draw_figures(params, results), results.missing_results))
    content = gather_content(
        params, results, table=table, spreads=spreads, judged=judged, figures=figures
    )
    tables = describe_table1(table, results.missing), describe_spread(spreads)
    markdown = "\n".join(map(to_markdown, (*tables, describe_sweep(results.sweep))))
    # Table 1 comes last: that is where a terminal ends up.
    text = f"{verdicts_text(judged)}\n{to_text(tables[0])}"
    if store.REHEARSAL in os.environ:
        text += f"\n{_REHEARSAL}\n"
    verdicts = verdicts_markdown(judged)
    outputs = {
        "findings.md": findings_markdown(judged),
        "report.html": render_report(content),
        "report.md": verdicts,
        "report.txt": text,
        "statements.json": json.dumps(statements_json(judged), indent=2) + "\n",
        "spreads.csv": spreads.to_csv(index=False),
        "table1-paper.md": to_markdown(describe_paper_table1(table)),
        "table1.csv": table.to_csv(index=False),
        "table1.md": markdown,
        **_compared(results, table, judged),
    }
    for name, output in outputs.items():
        store.write_text(store.REPORT / name, output)
    write_provenance("report", [])
    _publish(markdown, key="table-1", description="Table 1 of the study, beside the paper's values")
    _publish(verdicts, key="verdicts", description="Every conclusion of the paper: does it hold?")
    get_run_logger().info("the report is %s", store.REPORT / "report.html")


def mark_partial(
    figures: Iterable[Captioned], missing: Sequence[MissingResult]
) -> Iterator[Captioned]:
    """Mark the figures whose stage lacks something on their dataset.

    "partial" stands in the title then, and what is missing in the caption.
    """
    for figure in figures:
        sentences = [each.sentence for each in missing if _concerns(each, figure.name)]
        if sentences:
            caption = " ".join([figure.caption, *sentences])
            figure = figure._replace(title=f"{figure.title}, partial", caption=caption)
        yield figure


def _concerns(missing: MissingResult, name: str) -> bool:
    if missing.stage == "benchmark":
        return name == f"embeddings-{missing.dataset}".replace("_", "-")
    stage, dataset = _SHOWN.get(name, ("", ""))
    return missing.stage == stage and dataset in ("", missing.dataset)


def _publish(markdown: str, *, key: str, description: str) -> None:
    """Publish a text on the server's pages, which cannot open the report page: say where it is."""
    page, experiment = store.REPORT / "report.html", os.environ.get("DVC_EXP_NAME")
    place = f"`{page.absolute()}` on `{platform.node()}`"
    if experiment is not None:
        place = f"`{page}` after `dvc exp apply {experiment}`"
    # The pages drop these tags, and with them what is below the line or underlined.
    shown = re.sub(r"<sub>(.*?)</sub>", r"_\1", re.sub(r"<ins>(.*?)</ins>", r"★ \1", markdown))
    if store.REHEARSAL in os.environ:
        place = f"{place}\n\n**{_REHEARSAL}**"
    whole = f"The figures, and every number's origin: {place}\n\n{shown}"
    create_markdown_artifact(whole, key=key, description=description)


def _compared(
    results: Results, table: pd.DataFrame, judged: Sequence[JudgedConclusion]
) -> dict[str, str]:
    """Write what DVC lays beside other revisions, by the name of the file."""
    curves = sweep_curves(results.sweep)
    return {
        "metrics.json": _json(headline(judged, aggregate(results.benchmark), curves)),
        "table1.json": _json(nested_means(table)),
        "sweep.csv": curves.to_csv(index=False),
        "verdicts.csv": verdict_frame(judged).to_csv(index=False),
    }


def _json(value: dict[str, Any]) -> str:
    # Readable as it is: d_SW/Σ.
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
