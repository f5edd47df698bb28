"""Statements on which embeddings of SPHERES keep the inner spheres enclosed (Figure 5)."""

from __future__ import annotations

from functools import partial

from topo.names import method_title
from topo.statements.evidence import Evidence, MissingEvidenceError
from topo.statements.predicates import (
    INTERVAL,
    all_of,
    difference_within,
    sample_within,
)
from topo.statements.quantities import (
    FRAGMENTS,
    NESTING,
    OUTER_TO_CLASS,
    OUTER_TO_INNER,
    RADIUS_VARIATION,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.statement import Decide, Statement
from topo.statements.verdicts import Verdict

_statement = partial(Statement, theme="Enclosure")

#: Nesting from which the outer sphere counts as enclosing the inner ones.
_ENCLOSES = 0.5
#: A nesting that is lower by less counts as similar; a gain of less as none.
_SIMILAR = 0.1
_GAIN = 0.05
#: Pieces from which a mean number of them counts as fragmented.
_FRAGMENTED = 1.5
#: Ratios of areas that pass for "similar in size".
_SAME_SIZE = (1 / 3, 3.0)

_TSNE_750 = Sample("spheres", "tsne", NESTING, "sweep", {"perplexity": 750})


def _nesting(method: str) -> Sample:
    return Sample("spheres", method, NESTING)


def _encloses() -> Statement:
    return _statement(
        "topoae-encloses",
        "4.2.2, Figure 5",
        "TopoAE's outer sphere encloses the ten inner ones: \"the 10 smaller clusters are "
        'encapsulated by a larger grey sphere".',
        f"Holds if the interval of TopoAE's nesting lies above {_ENCLOSES:g}, does not hold if "
        f"below. {INTERVAL}",
        sample_within(_nesting("topoae"), low=_ENCLOSES),
    )


def _alone() -> Statement:
    others = {
        method: sample_within(_nesting(method), high=_ENCLOSES) for method in ("tsne", "umap", "ae")
    }
    return _statement(
        "topoae-alone-encloses",
        "4.2.2, Figure 5",
        "Of the four methods, with the hyperparameters of the benchmark, only TopoAE keeps the "
        'enclosure: "TopoAE uniquely captures the topological properties".',
        f"Holds if the interval of nesting lies above {_ENCLOSES:g} for TopoAE and below it for "
        "each of the other three, does not hold if one of the four lies on the other side. "
        + INTERVAL,
        all_of({"topoae": sample_within(_nesting("topoae"), low=_ENCLOSES), **others}),
    )


def _fragments(method: str) -> Statement:
    pieces = sample_within(Sample("spheres", method, FRAGMENTS), low=_FRAGMENTED)
    return _statement(
        f"{method}-fragments-outer-sphere",
        "4.2.2, Figure 5",
        f"{method_title(method)} breaks the outer sphere into pieces and loses the enclosure: "
        '"tend to fragment the larger sphere, failing to preserve the original topology".',
        f"Holds if the interval of the number of pieces lies above {_FRAGMENTED:g} and that of "
        f"nesting below {_ENCLOSES:g}, does not hold if one lies on the other side. {INTERVAL}",
        all_of({"pieces": pieces, "nesting": sample_within(_nesting(method), high=_ENCLOSES)}),
    )


def _compresses() -> Statement:
    return _statement(
        "ae-compresses-outer-sphere",
        "4.2.2, Figure 5",
        "AE gives the outer sphere, in the input the largest by far, less area than the inner "
        'ones together: "AE compresses it into a cluster".',
        "Holds if the interval of the outer sphere's area divided by the sum of the inner ones' "
        f"lies below 1, does not hold if above. {INTERVAL}",
        sample_within(Sample("spheres", "ae", OUTER_TO_INNER), high=1),
    )


def _same_size() -> Statement:
    low, high = _SAME_SIZE
    return _statement(
        "ae-outer-sphere-as-large-as-inner-one",
        "4.2.2, Figure 5",
        'AE makes the outer sphere about as large as one inner sphere: similar "in size to the '
        'smaller ones".',
        "Holds if the interval of the outer sphere's area divided by the median inner one's lies "
        f"between 1/3 and {high:g}, does not hold if outside. {INTERVAL}",
        sample_within(Sample("spheres", "ae", OUTER_TO_CLASS), low=low, high=high),
    )


def _compute() -> Statement:
    return _statement(
        "topoae-circle-limited-by-compute",
        "4.2.2",
        "TopoAE's imperfect circle is a matter of computing time, so that more epochs mend it: "
        '"likely due to computational limitations".',
        "Looks at TopoAE with the most epochs of the sweep minus with the fewest, paired over the "
        "splits and at the λ of params.yaml's methods, not the tuned one: at nesting and at the "
        "variation of the outer radius (0 for a circle). Holds if the interval lies above "
        f"{_GAIN:g} for nesting and below 0 for the variation, does not hold if one lies on the "
        f"other side. {INTERVAL}",
        _more_epochs_help,
    )


def _more_epochs_help(evidence: Evidence) -> Verdict:
    epochs = evidence.sweep_values("spheres", "topoae", "epochs")
    if len(epochs) < 2:
        raise MissingEvidenceError(f"the sweep has TopoAE at {epochs[0]:g} epochs only")

    def gain(quantity: Quantity, **bounds: float) -> Decide:
        fewest, most = (
            Sample("spheres", "topoae", quantity, "sweep", {"epochs": n})
            for n in (epochs[0], epochs[-1])
        )
        return difference_within(most, fewest, **bounds)

    parts = {"nesting": gain(NESTING, low=_GAIN), "variation": gain(RADIUS_VARIATION, high=0)}
    return all_of(parts)(evidence)


def _tsne_750() -> Statement:
    return _statement(
        "tsne-750-encloses",
        "4.2.1, 5.1, Figure 8 left",
        "At perplexity 750 t-SNE keeps the enclosure as well, so that TopoAE is not unique: "
        '"t-SNE clearly captures the complex topology of the SPHERES dataset".',
        f"Holds if the interval of nesting lies above {_ENCLOSES:g}, does not hold if below. "
        + INTERVAL,
        sample_within(_TSNE_750, low=_ENCLOSES),
    )


def _as_well_as_topoae() -> Statement:
    return _statement(
        "tsne-750-encloses-as-well-as-topoae",
        "abstract, 5.1",
        'A purely probabilistic method keeps the enclosure as well as TopoAE: "t-SNE can also '
        'achieve similar results with sufficiently large perplexity values".',
        "Looks at the nesting of t-SNE at perplexity 750 minus TopoAE's in the benchmark, paired "
        f"over the splits. Holds if the interval lies above -{_SIMILAR:g}, does not hold if below. "
        + INTERVAL,
        difference_within(_TSNE_750, _nesting("topoae"), low=-_SIMILAR),
    )


NESTING_STATEMENTS = (
    _encloses(),
    _alone(),
    _fragments("tsne"),
    _fragments("umap"),
    _compresses(),
    _same_size(),
    _compute(),
    _tsne_750(),
    _as_well_as_topoae(),
)
