from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tasks import code, unit
from tasks.unit import Input, digest_array
from tests.tasks.units import ARRAY, doubling


def test_key_is_the_same_for_the_same_unit() -> None:
    assert doubling().key == doubling().key
    assert replace(doubling(), name="other", cost=9.0).key == doubling().key


@pytest.mark.parametrize(
    "changed",
    [
        {"parameters": {"factor": 3}},
        {"inputs": {"X": Input(ARRAY, digest_array(ARRAY + 1))}},
        {"modules": ("topo.seeding",)},
    ],
)
def test_key_changes_with_what_can_change_the_result(changed) -> None:
    assert replace(doubling(), **changed).key != doubling().key


def test_key_changes_with_code_and_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> str:
        unit.code_and_packages.cache_clear()
        return doubling().key

    before = key()
    monkeypatch.setattr("tasks.unit.package_versions", lambda modules: {"numpy": "0"})
    versions = key()
    monkeypatch.undo()
    monkeypatch.setattr("tasks.unit.code_digest", lambda modules: "other")
    other_code = key()
    monkeypatch.undo()
    assert len({before, versions, other_code}) == 3
    assert key() == before


def test_digest_tells_dtype_shape_and_content_apart() -> None:
    arrays = [ARRAY, ARRAY.reshape(2, 3), ARRAY.astype(np.float32), ARRAY + 1e-15]
    assert len({digest_array(array) for array in arrays}) == len(arrays)
    assert digest_array(ARRAY) == digest_array(np.asfortranarray(ARRAY))


def test_modules_are_followed_through_imports_inside_functions() -> None:
    reached = code.project_modules("topo.methods.topoae")
    assert "topo.homology.pairing" in reached
    assert "topo.methods.tsne" not in reached
    assert not any(name.startswith("topo.metrics") for name in reached)


def test_embedding_units_do_not_depend_on_metrics_or_other_methods() -> None:
    reached = code.project_modules("tasks.embed")
    assert not any(name.startswith(("topo.metrics", "topo.methods")) for name in reached)


def test_versions_reach_what_packages_require() -> None:
    versions = code.package_versions(["topo.methods.umap"])
    assert {"umap-learn", "pynndescent", "numba", "numpy", "python"} <= set(versions)
    assert "torch" not in versions


@pytest.mark.parametrize("method", ["topo.methods.pca", "topo.methods.tsne"])
def test_pytorch_counts_only_where_it_computes(method: str) -> None:
    for modules in (("tasks.embed", method), ("tasks.evaluate",)):
        assert "torch" not in code.package_versions(modules)
    for module in ("topo.methods.autoencoder", "topo.metrics.compute.on_device"):
        assert "torch" in code.package_versions((module,))


def test_packages_that_compute_nothing_do_not_count() -> None:
    versions = code.package_versions(["tasks.evaluate", "topo.methods.topoae"])
    # giotto-tda brings its plots, PyTorch its templates.
    assert not {"plotly", "ipython", "jinja2", "fsspec"} & set(versions)
    assert {"giotto-tda", "giotto-ph", "numba", "llvmlite", "scipy", "torch"} <= set(versions)


def test_other_code_than_the_keys_is_refused() -> None:
    modules = ("topo.seeding",)
    code.require_code(modules, code.code_digest(modules))
    with pytest.raises(
        code.CodeDiffersError, match=r"the code of topo\.seeding, or what it imports"
    ):
        code.require_code(modules, "of another day")


def test_comments_and_docstrings_do_not_count(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(source: str) -> str:
        (tmp_path / "probe.py").write_text(source)
        monkeypatch.setattr(code, "_source_path", cache(lambda module: tmp_path / "probe.py"))
        code.forget_sources()
        return code.code_digest(["probe"])

    plain = digest("def f(x):\n    return x\n")
    try:
        assert digest('"""Doc."""\ndef f(x):  # why\n    """Doc."""\n    return (x)\n') != plain
        assert digest("def f(x):  # why\n    return (x)\n") == plain
        assert digest("def f(x):\n    return -x\n") != plain
        one, other = '"""One."""\nx = 1\n', '"""Another."""\nx = 1\n'
        assert digest(one) == digest(other)
    finally:
        monkeypatch.undo()
        code.forget_sources()


def test_code_outside_of_the_project_counts_by_itself_whatever_lies_beside_it() -> None:
    """Tests and benchmarks have units of their own; a folder of theirs has files of all kinds."""
    assert list(code.code_digests(["tests.bench.size"])) == ["tests.bench.size"]
