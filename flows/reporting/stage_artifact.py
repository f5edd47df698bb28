"""What Prefect's pages show of a stage that has ended: tables, pictures, where the rest is."""

from __future__ import annotations

import base64
import io
import os
import platform
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
from matplotlib import rc_context, rcdefaults
from matplotlib.figure import Figure
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.objects import FlowRun

from flows import store
from flows.reporting.figures import draw_stage
from flows.reporting.results import Results, read_results
from flows.reporting.sections import SECTIONS
from flows.running.parameters import params_of_run
from flows.stage_list import STAGES
from topo.names import dataset_title, method_title, metric_title
from topo.scores import Hyperparameters, aggregate
from topo.statements import CONCLUSIONS, Evidence
from topo.table import describe_sweep, describe_table1, table1, to_markdown
from topo.table.markdown import escape

#: The server keeps the pictures of every run: coarse ones are a fifth of the report's.
_DOTS_PER_INCH = 60


def publish_stage(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Publish the tables and pictures of a stage that has ended, complete or not; a hook."""
    artifact = ArtifactCreate(
        key=f"{flow.name}-results",
        type="markdown",
        description=f"What the stage {flow.name} made",
        data=describe_stage(flow.name),
        flow_run_id=flow_run.id,
    )
    with get_client(sync_client=True) as client:
        client.create_artifact(artifact)


def describe_stage(stage: str) -> str:
    """Return the tables and pictures of a stage as Markdown, and where its files are."""
    lines = [f"Files: `{place_of(STAGES[stage].folder)}`"]
    if stage == "prepare":
        lines.append(_table(_datasets()))
    elif stage == "report":
        lines += [_image(path.read_bytes(), path.stem) for path in sorted(store.COMPARED.iterdir())]
    else:
        lines += _tables_and_pictures(stage, read_results())
    return "\n\n".join(lines) + "\n"


def _tables_and_pictures(stage: str, results: Results) -> Iterator[str]:
    yield from _tables(stage, results)
    # The user's own matplotlibrc would draw other figures.
    with rc_context():
        rcdefaults()
        for each in draw_stage(stage, params_of_run(), results):
            yield f"## {each.title}"
            yield _picture(each.figure, each.title)
            yield each.caption


def place_of(path: Any) -> str:
    """Say where a file is: an experiment's folder is gone when it has ended."""
    experiment = os.environ.get("DVC_EXP_NAME")
    if experiment is not None:
        return f"{path}` after `dvc exp apply {experiment}"
    return f"{path.absolute()}` on `{platform.node()}"


def for_pages(markdown: str) -> str:
    """Return Markdown as Prefect's pages show it: they drop what is raised or below the line."""
    return re.sub(r"<sub>(.*?)</sub>", r"_\1", re.sub(r"<ins>(.*?)</ins>", r"★ \1", markdown))


def _tables(stage: str, results: Results) -> Iterator[str]:
    if stage == "tune" and not results.candidates.empty:
        yield _table(_chosen(results))
    elif stage == "benchmark" and not results.benchmark.empty:
        aggregated = aggregate(results.benchmark, test_to_train=_overlap())
        yield for_pages(to_markdown(describe_table1(table1(aggregated))))
    elif stage == "sweep" and not results.sweep.empty:
        yield for_pages(to_markdown(describe_sweep(results.sweep, test_to_train=_overlap())))
    elif stage == "loops" and not results.loops.empty:
        # Nothing is split there.
        aggregated = aggregate(results.loops, test_to_train=0.0)
        yield for_pages(to_markdown(describe_table1(table1(aggregated))))
    elif stage == "theory" and not results.theory.empty:
        yield _table(_theory(results.theory))
    elif stage == "questions" and not results.questions.empty:
        yield _table(_answers(results))
        # Thousands of numbers stand in the file; what has none is said here.
        lacking = (each.sentence for each in results.missing_results if each.stage == stage)
        yield from (f"- {escape(sentence)}" for sentence in lacking)


def _overlap() -> float:
    return params_of_run().split.fractions.test_to_train


def _datasets() -> pd.DataFrame:
    rows = []
    for name in params_of_run().datasets:
        if store.prepared_file(name).exists():
            data = store.read_dataset(name)
            size = {"points": len(data.X), "dimensions": data.X.shape[1]}
            rows.append({"dataset": dataset_title(name), **size, "classes": len(set(data.y))})
    return pd.DataFrame(rows)


def _chosen(results: Results) -> pd.DataFrame:
    """Return the first of each study's candidates, which is chosen, with its mean judged again."""
    best = results.candidates.groupby(["dataset", "method"], as_index=False, sort=False).first()
    objective = metric_title(str(results.trials["objective"].iloc[0]))
    return pd.DataFrame(
        {
            "dataset": best["dataset"].map(dataset_title),
            "method": best["method"].map(method_title),
            "chosen": best["hyperparameters"].map(_values),
            f"mean {objective}": best["mean"].map("{:.4g}".format),
            "judged": best["n"].map("{} times".format),
        }
    )


def _values(given: Hyperparameters) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in given.values.items())


def _theory(rows: pd.DataFrame) -> pd.DataFrame:
    means = rows.groupby(["experiment", "case", "quantity"], as_index=False, sort=False)["value"]
    table = means.mean()
    return table.assign(value=table["value"].map("{:.4g}".format)).rename(columns={"value": "mean"})


def _answers(results: Results) -> pd.DataFrame:
    """Return what was asked and what came out, of every statement that the stage's numbers decide.

    The report says how firm that is.
    """
    (themes,) = (each.themes for each in SECTIONS if each.name == "questions")
    evidence = Evidence(questions=results.questions)
    judged = [each.judge(evidence) for each in CONCLUSIONS if each.theme in themes]
    readings = [reading for each in judged for reading in each.readings]
    rows = [(each.claim, each.outcome, each.explanation) for each in readings if not each.cause]
    return pd.DataFrame(rows, columns=["asked", "verdict", "found"])


def _table(frame: pd.DataFrame) -> str:
    def line(cells: Iterable[Any]) -> str:
        return f"| {' | '.join(escape(str(each)) for each in cells)} |"

    rows = map(line, frame.itertuples(index=False))
    return "\n".join([line(frame.columns), line(["---"] * len(frame.columns)), *rows])


def _picture(figure: Figure, title: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH)
    return _image(buffer.getvalue(), title)


def _image(content: bytes, title: str) -> str:
    return f"![{title}](data:image/png;base64,{base64.b64encode(content).decode()})"
