"""What words of the findings mean, said where a reader meets them first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from flows.reporting.results import Results
from flows.reporting.samples import SPHERES
from topo.names import dataset_title
from topo.report import ReportFinding

_SENTENCE_END = re.compile(r"\.(?=\s|$)")


def explain(findings: Iterable[ReportFinding], results: Results) -> Iterator[ReportFinding]:
    """Yield findings in their order; the first to use a word says what it means.

    Parameters
    ----------
    findings
        In the order of the page.
    results
        The datasets' sizes are read from them.
    """
    unknown = dict(_meanings(results))
    for finding in findings:
        sentence = finding.sentence
        for word in [each for each in unknown if re.search(each, sentence)]:
            sentence = _after_first(word, sentence, unknown.pop(word))
        yield replace(finding, sentence=sentence)


def _after_first(word: str, sentence: str, meaning: str) -> str:
    """Put a meaning behind the first sentence that has a word."""
    start = next(re.finditer(word, sentence)).end()
    found = _SENTENCE_END.search(sentence, start)
    end = found.end() if found else len(sentence)
    return f"{sentence[:end]} {meaning}{sentence[end:]}"


def _meanings(results: Results) -> Iterator[tuple[str, str]]:
    """Yield patterns of words with a full sentence each."""
    if SPHERES in results.datasets:
        yield dataset_title(SPHERES), _spheres(results)
    yield "MNIST", "MNIST has pictures of handwritten digits."
    yield "[Pp]erplexity", "Perplexity is about how many neighbours of each point count."
    yield (
        "[Nn]esting",
        "Nesting tells how far the outer sphere lies around the inner ones: 0 is not at all, 1 all "
        "round.",
    )


def _spheres(results: Results) -> str:
    data = results.datasets[SPHERES]
    n, dimension = data.X.shape
    n_inner = len(np.unique(data.y)) - 1
    first = results.first("benchmark", SPHERES)
    shown = f"; each picture has {len(first[0].points):,} of them" if first else ""
    return (
        f"{dataset_title(SPHERES)} is {n_inner} small spheres inside a large outer one, which is "
        f"drawn in grey: {n:,} points in {dimension} dimensions{shown}."
    )
