"""What holds for every method of the registry."""

from __future__ import annotations

import subprocess
import sys

import pytest

from topo.contracts import METHOD_CHECKS
from topo.methods import METHODS


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("check", METHOD_CHECKS, ids=lambda check: check.__name__)
def test_contract(name: str, check) -> None:
    check(name)


def test_the_papers_methods_and_the_controls_are_declared() -> None:
    roles = {name: method.role for name, method in METHODS.items() if method.role != "other"}
    assert roles == {
        **dict.fromkeys(("tsne", "umap", "ae", "topoae"), "paper"),
        **dict.fromkeys(("pca", "random"), "control"),
    }


def test_the_registry_loads_no_heavy_library() -> None:
    heavy = "{'torch', 'umap', 'sklearn', 'numba', 'scipy'}"
    program = f"import sys, topo.methods; print(sorted({heavy} & set(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert output.stdout.decode().strip() == "[]"
