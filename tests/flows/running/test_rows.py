from __future__ import annotations

import copy
import math

from flows.running.jobs import JobRun
from flows.running.scoring import score_rows, unavailable_rows
from tasks.fanout import Outcome
from tasks.result import Result
from tests.flows.checkout import TINY
from topo.params import parse_params
from topo.plan import Job, plan_benchmark
from topo.scores import SCORES

METRICS = ("rmse", "bottleneck")


def job() -> Job:
    return plan_benchmark(parse_params(copy.deepcopy(TINY)), {})[0]


def outcome(state: str, result: Result | None = None, reason: str = "") -> Outcome:
    return Outcome("unit", "key", 1.0, state, result, reason=reason)  # type: ignore[arg-type]


def test_scored_job_becomes_a_row_per_score() -> None:
    values = {"the diagrams": [], "bottleneck": [], "rmse": [["rmse", None, "raw", 1.5, "ok", ""]]}
    run = JobRun(job(), outcome("computed"), outcome("computed", Result(values=values)))
    (row,) = score_rows("benchmark", [run], METRICS)
    assert (row.metric, row.value, row.status) == ("rmse", 1.5, "ok")
    assert row.hyperparameters.values == {"perplexity": 10.0}
    assert row.seed == job().seed


def test_failed_embedding_becomes_a_row_per_number_it_would_have_given() -> None:
    run = JobRun(job(), outcome("failed", reason="ValueError: too hot"), None)
    rows = list(score_rows("benchmark", [run], METRICS))
    assert {(row.status, row.reason) for row in rows} == {("failed", "ValueError: too hot")}
    assert [row.scaling for row in rows if row.metric == "rmse"] == ["raw"]
    assert {"raw", "sum", "empty"} <= {row.scaling for row in rows if row.metric == "bottleneck"}
    assert all(math.isnan(row.value) for row in rows)
    SCORES.frame(rows)


def test_failed_scoring_is_named_and_not_the_embedding() -> None:
    run = JobRun(job(), outcome("computed"), outcome("failed", reason="MemoryError: 3 TB"))
    assert {row.reason for row in score_rows("benchmark", [run], METRICS)} == {"MemoryError: 3 TB"}


def test_unavailable_dataset_has_all_its_rows_with_the_reason() -> None:
    jobs = plan_benchmark(parse_params(copy.deepcopy(TINY)), {})
    rows = list(unavailable_rows("benchmark", jobs, METRICS, {"digits": "no network"}))
    assert {(row.dataset, row.status, row.reason) for row in rows} == {
        ("digits", "unavailable", "no network")
    }
    assert len({(row.method, row.split, row.model_seed) for row in rows}) == sum(
        each.dataset == "digits" for each in jobs
    )
    SCORES.frame(rows)
