"""Data on which t-SNE must fail, and what other methods make of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from topo.datasets.base import LabelledPoints
from topo.datasets.far_point import FarPoint
from topo.methods.pca import PCA
from topo.questions.base import Findings, Part, Question
from topo.questions.margins import relative_margin
from topo.theory.base import TheoryValue


class FarPointByPCA(Part):
    """The far point's margin in PCA's picture."""

    far_point: FarPoint

    def compute(self, data: Mapping[str, LabelledPoints], *, seed: int) -> Findings:
        """Embed all points and measure."""
        X = self.far_point.load(Path()).X
        Z = PCA().embed(X, X, seed=seed).points
        value = TheoryValue("must_fail/far_point/pca", "margin", None, 0, relative_margin(Z))
        return Findings([value], {"embedding": Z})


class MustFail(Question):
    """Whether t-SNE fails wherever theory says that it must, while others do not."""

    far_point: FarPoint

    def parts(self) -> Mapping[str, Part]:
        """Return a part for each method."""
        return {"far_point/pca": FarPointByPCA(far_point=self.far_point)}
