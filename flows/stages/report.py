"""Stage `report`: verdicts, Table 1, figures, the report page, and what DVC compares."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import pandas as pd
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from flows import store
from flows.reporting.captioned import Captioned
from flows.reporting.costs import write_costs
from flows.reporting.figures import draw_figures, write_figures
from flows.reporting.findings import draw_findings
from flows.reporting.own import (
    draw_stability,
    find_regions,
    gather_own,
    own_headline,
)
from flows.reporting.page import gather_content
from flows.reporting.results import MissingResult, Results, read_results
from flows.reporting.stage_artifact import for_pages, place_of
from flows.reporting.summary import summary_text
from flows.running.assets import materialize_results
from flows.running.parameters import params_of_run
from flows.running.provenance import write_provenance
from topo.params import Params
from topo.report import render_own, render_report
from topo.scores import aggregate, spread
from topo.statements import Evidence, JudgedConclusion, judge, statements_json
from topo.statements.text import findings_markdown, verdicts_markdown, verdicts_text
from topo.summary import add_titles, headline, nested_means, sweep_curves, verdict_frame
from topo.table import (
    describe_paper_table1,
    describe_spread,
    describe_sweep,
    describe_table1,
    escape,
    table1,
    to_markdown,
    to_text,
)

#: How the figures of a stage begin that has one for each dataset.
_BY_DATASET = {"benchmark": "embeddings", "loops": "loops"}
#: Stage and dataset that another figure shows; "" for any dataset.
_SHOWN = {
    "figure-6": ("sweep", "spheres"),
    "figure-8": ("sweep", "spheres"),
    "tuning": ("tune", ""),
    "large-perplexity-nesting": ("questions", ""),
    "large-perplexity-planes": ("questions", ""),
    "large-perplexity-prediction": ("questions", ""),
    "clusters-pictures": ("questions", ""),
    "clusters-counts": ("questions", ""),
    "large-scale-training": ("questions", ""),
}


_REHEARSAL = "A rehearsal: none of these numbers is the study's."


@flow(name="report")
def report() -> None:
    """Write ``results/report`` from what the earlier stages wrote, complete or not."""
    params = params_of_run()
    store.require_writable(store.REPORT)
    results = read_results()
    outputs = _paper_outputs(params, results) if params.is_of_paper else _own(params, results)
    for name, output in outputs.items():
        store.write_text(store.REPORT / name, output)
    write_provenance("report", [])
    write_costs()
    materialize_results("report")
    _publish(outputs["table1.md"], key="table-1", description="Means of all metrics")
    _publish(outputs["report.md"], key="verdicts", description="What came out")
    get_run_logger().info("the report is %s", store.REPORT / "report.html")


def _paper_outputs(params: Params, results: Results) -> dict[str, str]:
    """Return the texts of a run that has the paper's datasets, by the name of the file."""
    overlap = params.split.fractions.test_to_train
    evidence = Evidence(
        results.benchmark,
        results.sweep,
        results.theory,
        results.second_best,
        overlap,
        results.gains,
        questions=results.questions,
        loops=results.loops,
    )
    judged = judge(evidence)
    aggregated = aggregate(results.benchmark, test_to_train=overlap)
    table, spreads = table1(aggregated), spread(results.benchmark)
    figures = write_figures(mark_partial(draw_figures(params, results), results.missing_results))
    content = gather_content(
        params,
        results,
        table=table,
        spreads=spreads,
        judged=judged,
        findings=draw_findings(results, evidence, judged=judged),
        figures=figures,
    )
    summary = summary_text(judged, table, results.missing)
    if store.REHEARSAL in os.environ:
        summary += f"{_REHEARSAL}\n"
    verdicts = verdicts_markdown(judged)
    curves = sweep_curves(results.sweep)
    return {
        "findings.md": findings_markdown(judged),
        "report.html": render_report(content),
        "report.md": verdicts,
        "report.txt": _text(results, table, first=verdicts_text(judged)),
        "summary.txt": summary,
        "statements.json": json.dumps(statements_json(judged), indent=2) + "\n",
        "table1-paper.md": to_markdown(describe_paper_table1(table)),
        "metrics.json": _json(headline(judged, aggregated, curves)),
        **_tables(results, table, spreads, judged, overlap),
    }


def _own(params: Params, results: Results) -> dict[str, str]:
    """Return the texts of a run about somebody's own data: the same files, none of the paper's."""
    overlap = params.split.fractions.test_to_train
    aggregated = aggregate(results.benchmark, test_to_train=overlap)
    table, spreads = table1(aggregated), spread(results.benchmark)
    stable = find_regions(params, results)
    drawn = chain(draw_figures(params, results), draw_stability(params, results, stable))
    figures = write_figures(mark_partial(drawn, results.missing_results))
    content = gather_content(
        params, results, table=table, spreads=spreads, judged=(), findings=(), figures=figures
    )
    own = gather_own(params, results, content, stable)
    quoted = "\n\n".join(each.paragraph for each in own.sections) + "\n"
    return {
        "findings.md": escape(quoted),
        "report.html": render_own(own),
        "report.md": escape(quoted),
        "report.txt": f"{_text(results, table)}\n{quoted}",
        "summary.txt": quoted,
        "statements.json": "[]\n",
        "table1-paper.md": "This run has none of the paper's datasets.\n",
        "metrics.json": _json(own_headline(own)),
        **_tables(results, table, spreads, (), overlap),
    }


def _text(results: Results, table: pd.DataFrame, *, first: str = "") -> str:
    """Write what stands on the terminal in the end: Table 1 comes last."""
    text = to_text(describe_table1(table, results.missing))
    text = f"{first}\n{text}" if first else text
    return f"{text}\n{_REHEARSAL}\n" if store.REHEARSAL in os.environ else text


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
    if missing.stage in _BY_DATASET:
        return name == f"{_BY_DATASET[missing.stage]}-{missing.dataset}".replace("_", "-")
    stage, dataset = _SHOWN.get(name, ("", ""))
    return missing.stage == stage and dataset in ("", missing.dataset)


def _publish(markdown: str, *, key: str, description: str) -> None:
    """Publish a text on the server's pages, which cannot open the report page: say where it is."""
    place = f"`{place_of(store.REPORT / 'report.html')}`"
    if store.REHEARSAL in os.environ:
        place = f"{place}\n\n**{_REHEARSAL}**"
    whole = f"The figures, and every number's origin: {place}\n\n{for_pages(markdown)}"
    create_markdown_artifact(whole, key=key, description=description)


def _tables(
    results: Results,
    table: pd.DataFrame,
    spreads: pd.DataFrame,
    judged: Sequence[JudgedConclusion],
    overlap: float,
) -> dict[str, str]:
    """Write the tables, and what DVC lays beside other revisions, by the name of the file."""
    described = describe_table1(table, results.missing), describe_spread(spreads)
    swept = describe_sweep(results.sweep, test_to_train=overlap)
    markdown = "\n".join(map(to_markdown, (*described, swept)))
    return {
        "spreads.csv": spreads.to_csv(index=False),
        "table1.csv": add_titles(table).to_csv(index=False),
        "table1.md": markdown,
        "table1.json": _json(nested_means(table)),
        "sweep.csv": add_titles(sweep_curves(results.sweep)).to_csv(index=False),
        "verdicts.csv": verdict_frame(judged).to_csv(index=False),
    }


def _json(value: dict[str, Any]) -> str:
    # Readable as it is: d_SW/Σ.
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
