"""What the page about somebody's own data shows, gathered from the results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from flows import store
from flows.reporting.captioned import Captioned
from flows.reporting.results import Results
from flows.running.jobs import draw_split
from flows.running.stability import read_draws
from topo.figures import stability_grid
from topo.names import dataset_title
from topo.own import Aspect, describe_data, keeping, paragraph, tuning_gains, values_at_ends
from topo.params import Params
from topo.report import Cost, OwnContent, OwnSection, ReportContent, ReportFigure
from topo.scores import SCORES
from topo.splits import Split
from topo.stability import Regions, regions


def first_split(params: Params, dataset: str, results: Results) -> Split:
    """Return the split whose test points the pictures show."""
    return draw_split(results.datasets[dataset].y, dataset, 0, params.split)


def find_regions(params: Params, results: Results) -> dict[str, dict[str, Regions]]:
    """Find the regions of the test points of the first split, by dataset and method."""
    return {
        dataset: {
            name: regions(draws, len(first_split(params, dataset, results).test))
            for name, draws in _in_order(read_draws(dataset), params).items()
        }
        for dataset in results.datasets
    }


def draw_stability(
    params: Params, results: Results, stable: Mapping[str, Mapping[str, Regions]]
) -> Iterator[Captioned]:
    """Draw the regions of every dataset that has any."""
    for dataset, by_method in stable.items():
        if not by_method:
            continue
        data = results.datasets[dataset]
        labels = data.y[first_split(params, dataset, results).test]
        drawing = stability_grid(by_method, labels, outer=data.outer)
        yield Captioned(
            name=f"stability-{dataset}".replace("_", "-"),
            title=f"How stable: {dataset_title(dataset)}",
            caption="Mean places of the first split’s test points over seeds and draws, with the "
            "discs in which some of them lie in nine of ten pictures."
            + (" Colours are classes." if len(np.unique(labels)) > 1 else ""),
            description="One panel per method with points and discs.",
            figure=drawing.figure,
            data=drawing.data,
        )


def gather_own(
    params: Params,
    results: Results,
    report: ReportContent,
    stable: Mapping[str, Mapping[str, Regions]],
) -> OwnContent:
    """Put together all that the page shows; figures of a dataset go into its section."""
    sections = tuple(
        _section(params, results, dataset, stable[dataset], report.figures)
        for dataset in params.benchmark.datasets
        if dataset in results.datasets
    )
    # Each figure stands once.
    shown = {each.name for section in sections for each in section.figures}
    others = tuple(each for each in report.figures if each.name not in shown)
    return OwnContent(sections, replace(report, figures=others))


def _section(
    params: Params,
    results: Results,
    dataset: str,
    stable: Mapping[str, Regions],
    figures: tuple[ReportFigure, ...],
) -> OwnSection:
    data = results.datasets[dataset]
    account = describe_data(data.X, data.y, data.classes, data.notes)
    test_to_train = params.split.fractions.test_to_train
    kept = keeping(results.benchmark, dataset, test_to_train=test_to_train)
    n_splits = results.benchmark.loc[results.benchmark["dataset"] == dataset, "split"].nunique()
    stability, name = params.benchmark.stability, dataset_title(dataset)
    return OwnSection(
        name=name,
        data=account,
        kept=tuple(kept),
        gains=tuple(_gains(params, results, dataset)),
        stable=stable,
        costs=tuple(_costs(params, results, dataset)),
        n_splits=n_splits,
        n_draws=0 if stability is None else stability.draws,
        figures=tuple(each for each in figures if each.name in _names(dataset)),
        paragraph=paragraph(name, account, kept, stable, n_splits=n_splits),
    )


def _names(dataset: str) -> tuple[str, ...]:
    """Return the names of a dataset's own figures."""
    slug = dataset.replace("_", "-")
    return (f"embeddings-{slug}", f"stability-{slug}")


def _gains(params: Params, results: Results, dataset: str) -> Iterator[str]:
    if not store.DEFAULT_SCORES.exists():
        return
    found = tuning_gains(
        results.benchmark,
        SCORES.read(store.DEFAULT_SCORES),
        dataset,
        objective=params.tune.objective,
        test_to_train=params.split.fractions.test_to_train,
    )
    yield from (each.sentence for each in found)
    if found:
        yield from values_at_ends(_chosen(dataset), params.tune.search[dataset])


def _chosen(dataset: str) -> Mapping[str, Any]:
    if not store.CHOSEN.exists():
        return {}
    chosen: dict[str, Any] = store.read_json(store.CHOSEN, stage="tune")
    return chosen.get(dataset, {})


def _costs(params: Params, results: Results, dataset: str) -> Iterator[Cost]:
    split, n_features = first_split(params, dataset, results), results.datasets[dataset].X.shape[1]
    chosen = _chosen(dataset)
    for of_dataset, name in params.benchmark.uses():
        if of_dataset == dataset:
            method = params.method(name, dataset, chosen.get(name, {}))
            yield Cost(name, method.cost(len(split.train), len(split.test), n_features))


def _in_order(draws: Mapping[str, Any], params: Params) -> dict[str, Any]:
    return {name: draws[name] for name in params.benchmark.methods if name in draws}


def own_headline(own: OwnContent) -> dict[str, Any]:
    """Sum a run up in few numbers, for `dvc exp show`: means, and medians of the discs' radii."""
    summary: dict[str, Any] = {}
    for section in own.sections:
        of_data: dict[str, dict[str, float]] = {}
        for each in section.kept:
            means = {name: kept.mean for name, kept in each.methods.items()}
            for method, mean in {**means, "random": each.random}.items():
                of_data.setdefault(method, {})[_key(each.aspect)] = mean
        for method, found in section.stable.items():
            of_data.setdefault(method, {})["median radius"] = found.median
        summary[section.name] = of_data
        if section.data.dimension is not None:
            summary[section.name]["intrinsic dimension"] = section.data.dimension.value
    return {name: _finite(each) for name, each in summary.items()}


def _key(aspect: Aspect) -> str:
    scaled = "" if aspect.scaling == "raw" else f"_{aspect.scaling}"
    return f"{aspect.metric}{scaled}"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    return None if isinstance(value, float) and not np.isfinite(value) else value
