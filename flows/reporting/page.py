"""What the report page shows, gathered from the results."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from flows import store
from flows.reporting.belief import believable
from flows.reporting.costs import COSTS
from flows.reporting.inputs import Embeddings, read_inputs
from flows.reporting.large_perplexity import explore_large_perplexity
from flows.reporting.must_fail import explore_must_fail
from flows.reporting.results import Results
from flows.reporting.sections import SECTIONS
from flows.reporting.unscored import Unscored
from flows.stage_list import SCORED, WITH_UNITS
from topo.homology.pairing import deaths
from topo.metrics.compute.space import pairwise_distances
from topo.names import dataset_title, method_title
from topo.paper import SEARCH_RANGES
from topo.params import Params
from topo.params.strict_yaml import load_yaml
from topo.report import (
    EXPLORED,
    Provenance,
    ReportContent,
    ReportEmbedding,
    ReportFigure,
    ReportFinding,
)
from topo.scores import is_repetition
from topo.statements import CONCLUSION_OUTCOMES, JudgedConclusion

_TITLE = "Topological autoencoders, judged"
_OWN_SUMMARY = (
    "Several methods have drawn these data in the plane, again and again. This page says what each "
    "of them keeps, how sure that is, and how stable its picture is."
)
#: Stages that somebody's own data have no part in.
_OF_PAPER = ("loops", "theory", "questions")
_PLACE = ["stage", "dataset", "draw", "split"]


def _replays(_params: Params, results: Results) -> Unscored:
    """Return the pictures of a training; what the sweep itself has is left to it."""
    swept = {
        (dataset, each.method, each.draw, each.split, each.hyperparameters)
        for (stage, dataset), kept in results.embeddings.items()
        if stage == "sweep"
        for each in kept
    }
    return Unscored(
        (),
        tuple(
            ReportEmbedding(
                stage="sweep",
                dataset=dataset,
                method=each.method,
                draw=each.draw,
                split=each.split,
                model_seed=0,
                hyperparameters=each.hyperparameters,
                points=each.points,
                deaths=deaths(pairwise_distances(each.points)),
                scored=False,
            )
            for dataset, replayed in results.replays.items()
            for each in replayed
            if each.points is not None
            and (dataset, each.method, each.draw, each.split, each.hyperparameters) not in swept
        ),
    )


#: What returns embeddings without rows in a score table.
UNSCORED: tuple[Callable[[Params, Results], Unscored], ...] = (
    _replays,
    explore_must_fail,
    explore_large_perplexity,
)


def gather_content(
    params: Params,
    results: Results,
    *,
    table: pd.DataFrame,
    spreads: pd.DataFrame,
    judged: Sequence[JudgedConclusion],
    findings: Sequence[ReportFinding],
    figures: Sequence[ReportFigure],
) -> ReportContent:
    """Put together all that the report page shows; of the embeddings, the first repetitions'."""
    scores = explored(pd.concat([results.tables[stage] for stage in SCORED]))
    places = set(scores[_PLACE].itertuples(index=False, name=None))
    shown = {
        (stage, dataset): [
            each for each in kept if (stage, dataset, each.draw, each.split) in places
        ]
        for (stage, dataset), kept in results.embeddings.items()
    }
    unscored = [read(params, results) for read in UNSCORED]
    return ReportContent(
        title=_TITLE if params.is_of_paper else _own_title(params),
        summary=" ".join([_summarise(judged), *believable(judged), *narrower_searches(params)])
        if params.is_of_paper
        else _OWN_SUMMARY,
        missing=results.missing,
        verdicts=tuple(judged),
        table=table,
        spreads=spreads,
        findings=tuple(findings),
        figures=tuple(figures),
        inputs=(
            *read_inputs(params, shown, results.datasets),
            *(side for each in unscored for side in each.inputs),
        ),
        embeddings=(
            *_embeddings(shown),
            *(one for each in unscored for one in each.embeddings),
        ),
        scores=scores,
        sweep=results.sweep[is_repetition(results.sweep)],
        provenance=_provenance(results, of_paper=params.is_of_paper),
        test_to_train=params.split.fractions.test_to_train,
        rehearsal=store.REHEARSAL in os.environ,
        sections=SECTIONS if params.is_of_paper else (),
    )


def explored(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a score table that belong to the first repetitions of every dataset."""
    repeated = scores[is_repetition(scores)]
    places = repeated[["dataset", "draw", "split"]].drop_duplicates()
    first = places.sort_values(["draw", "split"]).groupby("dataset").head(EXPLORED)
    return repeated.merge(first, how="inner")


def _own_title(params: Params) -> str:
    names = ", ".join(dataset_title(name) for name in params.benchmark.datasets)
    return f"{names}: which picture can be believed?"


def _summarise(judged: Sequence[JudgedConclusion]) -> str:
    outcomes = [each.outcome for each in judged]
    hold, partly, fail, undecided = map(outcomes.count, CONCLUSION_OUTCOMES)
    return (
        "The study of “Topological Autoencoders” (Gray, Jordà Carbonell 2024), run again. Of "
        f"{len(judged)} conclusions of the paper, {hold} hold, {partly} hold in part, {fail} do "
        f"not, and {undecided} cannot be decided from this run. Each comes with its readings, "
        "their rules and the numbers that decided."
    )


def narrower_searches(params: Params) -> list[str]:
    """Say what follows where a hyperparameter is tuned in a narrower range than the paper's."""
    return [
        f"{method_title(method)} on {dataset_title(dataset)} was tuned with {name} from {low:g} to "
        f"{high:g}, in the paper from {paper_low} to {paper_high}: its verdicts there rest on that."
        for dataset, methods in params.tune.search.items()
        for method, ranges in methods.items()
        for name, (low, high) in ranges.items()
        for paper_low, paper_high in [SEARCH_RANGES.get((method, name), (low, high))]
        if low > paper_low or high < paper_high
    ]


def _embeddings(shown: Embeddings) -> Iterator[ReportEmbedding]:
    for (stage, dataset), kept in shown.items():
        for each in kept:
            yield ReportEmbedding(
                stage=stage,
                dataset=dataset,
                method=each.method,
                draw=each.draw,
                split=each.split,
                model_seed=each.model_seed,
                hyperparameters=each.hyperparameters,
                points=each.points,
                deaths=each.diagram[:, 1],
                loops=each.rips.diagram if each.rips else each.loops,
                carried=each.rips and each.rips.same,
            )


def _provenance(results: Results, *, of_paper: bool) -> Provenance:
    # Beside the page, not in it: two equal runs differ in when, where and with what they ran.
    folder = os.path.relpath(store.PROVENANCE, store.REPORT)
    datasets = dict.fromkeys(dataset for _, dataset in results.embeddings)
    given = load_yaml(store.PARAMS.read_text(encoding="utf-8"), name=store.PARAMS.name)
    return Provenance(
        runs={
            stage: f"{folder}/{stage}.json"
            for stage in (*WITH_UNITS, "report")
            if of_paper or stage not in _OF_PAPER
        },
        digests={name: _digest(name) for name in datasets},
        parameters=dict(flatten(given)),
        arithmetic=_arithmetic(),
        costs=os.path.relpath(COSTS, store.REPORT),
    )


def _arithmetic() -> str:
    """Return "portable", or the first other arithmetic in which a stage ran last."""
    paths = [store.PROVENANCE / f"{stage}.json" for stage in (*WITH_UNITS, "report")]
    found = [json.loads(path.read_text()).get("arithmetic") for path in paths if path.exists()]
    return next((each for each in found if each not in (None, "portable")), "portable")


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every parameter by the name that the command line knows it by, and its text."""
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from flatten(part, f"{name}.{key}" if name else key)
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _digest(dataset: str) -> str:
    return hashlib.sha256((store.PREPARED / f"{dataset}.npz").read_bytes()).hexdigest()
