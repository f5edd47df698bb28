"""What the report page shows, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from topo.scores import Hyperparameters
from topo.statements.verdicts import JudgedConclusion

#: Repetitions of a dataset that the explorer has, the first ones. All would be 13 MB of a page.
EXPLORED = 3


@dataclass(frozen=True)
class ReportFigure:
    """A figure that is drawn already.

    Attributes
    ----------
    name
        Unique on the page; letters, digits and hyphens.
    description
        What a person who cannot see it should know.
    section
        Name of the section that it stands in; empty for the figures of the study itself.
    """

    name: str
    title: str
    caption: str
    description: str
    image: bytes
    media_type: Literal["image/png", "image/svg+xml"] = "image/png"
    section: str = ""


@dataclass(frozen=True)
class ReportSection:
    """A heading of its own for what one part of the study shows.

    Figures and findings name it. It lists the conclusions of its themes, and leads to what it has
    on the page; one that has nothing is left out.

    Attributes
    ----------
    name
        Unique on the page, where the address ends in it.
    title
        A few words.
    lead
        What is asked, in one or two sentences.
    themes
        Of conclusions, as in `topo.statements.statement.Conclusion`.
    views
        What the explorer has to show of it: by words of a link the end of the address, such as
        "dataset=K4&left=PCA".
    """

    name: str
    title: str
    lead: str
    themes: tuple[str, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportFinding:
    """What the study found of one question, as a picture and a sentence.

    Attributes
    ----------
    name
        Unique on the page.
    sentence
        The answer with its numbers.
    description
        Of the picture, for a person who cannot see it.
    verdict, figure
        Names of the verdict and of the figure that it rests on; the page leads to those that it
        has.
    view
        End of the address of the explorer's view, such as "dataset=SPHERES&left=PCA"; empty for
        none.
    section
        Name of the section that has more of it; empty for none.
    """

    name: str
    question: str
    sentence: str
    image: bytes
    description: str
    verdict: str = ""
    figure: str = ""
    view: str = ""
    section: str = ""


@dataclass(frozen=True, eq=False)
class ReportInput:
    """The input side of the embeddings of one dataset, draw and split.

    Attributes
    ----------
    labels : (n,) int array
        Class of every point.
    deaths : (k,) array
        Deaths of the input's diagram in dimension 0.
    classes
        Name of every class, by its number; empty where classes have none.
    points : (n, d) array or None
        The points, from which the page tells what each of them has to do with the scores.
    images : (n, height, width) uint8 array or None
        Each point as a picture, from 0 to 3.
    licence
        Of the pictures, as a sentence.
    loops : (l, 2) array or None
        Births and deaths in dimension 1.
    cycles
        By row of `loops`, edges (m, 2) of a cycle around the loop, each two rows of the points.
    """

    dataset: str
    draw: int
    split: int
    labels: NDArray[np.int64]
    deaths: NDArray[np.float64]
    outer: int | None
    classes: tuple[str, ...] = ()
    points: NDArray[Any] | None = None
    images: NDArray[np.uint8] | None = None
    licence: str = ""
    loops: NDArray[np.float64] | None = None
    cycles: Mapping[int, NDArray[np.int64]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ReportEmbedding:
    """An embedding that the reader can look at.

    Attributes
    ----------
    stage, dataset, method, draw, split, model_seed, hyperparameters
        As in the score table, where they find its scores.
    points : (n, 2) array
        Row i is the point that row i of the input's labels is about.
    deaths : (k,) array
        Deaths of its diagram in dimension 0.
    scored
        Whether the score table has rows of it.
    loops : (l, 2) array or None
        Births and deaths in dimension 1.
    carried : (j, 2) array or None
        Births and deaths of what the input's cycles span here.
    """

    stage: str
    dataset: str
    method: str
    draw: int
    split: int
    model_seed: int
    hyperparameters: Hyperparameters
    points: NDArray[np.float64]
    deaths: NDArray[np.float64]
    scored: bool = True
    loops: NDArray[np.float64] | None = None
    carried: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Provenance:
    """Where the numbers come from.

    Attributes
    ----------
    runs
        By stage, where to read when, where and with which code it ran: addresses relative to the
        page. The page itself has none of that, since two equal runs differ in it.
    digests
        Digest of the data by name of the dataset.
    parameters
        Value of every parameter by its name in params.yaml, such as "methods.ae.epochs".
    costs
        Address of the page with the seconds of each method, relative too; empty for none.
    arithmetic
        "portable", where other machines get the same bits; else whose bits these are.
    """

    runs: Mapping[str, str]
    digests: Mapping[str, str]
    parameters: Mapping[str, str]
    arithmetic: str = "portable"
    costs: str = ""


@dataclass(frozen=True, eq=False)
class ReportContent:
    """All that the page shows.

    Attributes
    ----------
    missing
        One sentence for each thing that the run lacks, with the reason. Empty where all is there.
    table
        As `topo.table.table1` returns it.
    spreads
        As `topo.scores.spread` returns it.
    findings
        The firmest first.
    sections
        In their order, after the figures of the study itself.
    scores
        Score table of what the explorer shows. What has rows but no embedding is shown with the
        reason in its place.
    sweep
        As `topo.table.describe_sweep` takes it.
    test_to_train
        Test points per training point of a split.
    rehearsal
        Whether these are numbers of a small run that only shows that all works.
    """

    title: str
    summary: str
    missing: tuple[str, ...]
    verdicts: tuple[JudgedConclusion, ...]
    table: pd.DataFrame
    spreads: pd.DataFrame
    findings: tuple[ReportFinding, ...]
    figures: tuple[ReportFigure, ...]
    inputs: tuple[ReportInput, ...]
    embeddings: tuple[ReportEmbedding, ...]
    scores: pd.DataFrame
    sweep: pd.DataFrame
    provenance: Provenance
    test_to_train: float
    rehearsal: bool = False
    sections: tuple[ReportSection, ...] = ()
