"""What the report page shows, gathered from the results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from flows import store
from flows.provenance import describe_run
from flows.results import Results
from topo.report import (
    Provenance,
    ReportContent,
    ReportEmbedding,
    ReportFigure,
    ReportInput,
)
from topo.statements import OPEN_QUESTIONS, OUTCOMES, Judged

_TITLE = "Topological autoencoders, judged"


def gather_content(
    results: Results,
    *,
    table: pd.DataFrame,
    spreads: pd.DataFrame,
    judged: Sequence[Judged],
    figures: Sequence[ReportFigure],
) -> ReportContent:
    """Put together all that the report page shows.

    Parameters
    ----------
    results
        Results of all stages.
    table, spreads
        Table 1, and the spread between splits beside that between model seeds.
    judged
        The paper's statements with their verdicts.
    figures
        In their order on the page.

    Returns
    -------
    ReportContent
        Plain data.
    """
    return ReportContent(
        title=_TITLE,
        summary=_summarise(judged),
        missing=results.missing,
        verdicts=tuple(judged),
        questions=OPEN_QUESTIONS,
        table=table,
        spreads=spreads,
        figures=tuple(figures),
        inputs=tuple(_inputs(results)),
        embeddings=tuple(_embeddings(results)),
        scores=pd.concat([results.benchmark, results.sweep], ignore_index=True),
        provenance=_provenance(results),
    )


def _summarise(judged: Sequence[Judged]) -> str:
    counts = {outcome: sum(each.outcome == outcome for each in judged) for outcome in OUTCOMES}
    hold, fail, undecided = counts.values()
    return (
        "The study of “Topological Autoencoders” (Gray, Jordà Carbonell 2024), run again. Of "
        f"{len(judged)} statements of the paper {hold} hold, {fail} do not, and {undecided} cannot "
        "be decided from this run. Each comes with its rule and the numbers that decided."
    )


def _inputs(results: Results) -> Iterator[ReportInput]:
    seen: set[tuple[str, int]] = set()
    for (_, dataset), kept in results.embeddings.items():
        for each in kept:
            if (dataset, each.split) not in seen:
                seen.add((dataset, each.split))
                yield ReportInput(
                    dataset=dataset,
                    split=each.split,
                    labels=each.labels,
                    deaths=each.input_diagram[:, 1],
                    outer=results.outer[dataset],
                )


def _embeddings(results: Results) -> Iterator[ReportEmbedding]:
    for (stage, dataset), kept in results.embeddings.items():
        for each in kept:
            yield ReportEmbedding(
                stage=stage,
                dataset=dataset,
                method=each.method,
                split=each.split,
                model_seed=each.model_seed,
                hyperparameters=each.hyperparameters,
                points=each.points,
                deaths=each.diagram[:, 1],
            )


def _provenance(results: Results) -> Provenance:
    run: dict[str, Any] = describe_run()
    packages = run.pop("packages")
    datasets = dict.fromkeys(dataset for _, dataset in results.embeddings)
    return Provenance(
        facts={name: str(value) for name, value in run.items()},
        digests={name: _digest(name) for name in datasets},
        packages=packages,
        parameters=store.PARAMS.read_text(encoding="utf-8"),
    )


def _digest(dataset: str) -> str:
    return hashlib.sha256((store.PREPARED / f"{dataset}.npz").read_bytes()).hexdigest()
