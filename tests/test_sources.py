"""What the project's own code may not do: unpickle, evaluate text, read YAML that runs code."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for part in ("topo", "tasks", "flows") for path in (ROOT / part).rglob("*.py")
)

#: Modules that unpickle, or run what they read.
MODULES = {
    *("pickle", "cPickle", "_pickle", "pickletools", "dill", "cloudpickle", "joblib", "shelve"),
    *("marshal", "jsonpickle", "copyreg"),
}
#: Calls, by the end of their dotted name, that do so whatever is given.
CALLS = {
    *("eval", "exec", "compile", "os.system", "os.popen", "torch.load", "read_pickle"),
    *("unsafe_load", "unsafe_load_all", "full_load", "full_load_all", "yaml.load_all"),
    *("yaml.UnsafeLoader", "yaml.FullLoader", "yaml.Loader", "to_pickle"),
}


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(text: str) -> Iterator[str]:
    """Lines that unpickle or evaluate, or might."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules = {alias.name.partition(".")[0] for alias in node.names}
            yield from (f"{node.lineno}: import {name}" for name in modules & MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in MODULES:
                yield f"{node.lineno}: import from {node.module}"
            if any(alias.name in CALLS for alias in node.names):
                yield f"{node.lineno}: import of a name that is forbidden"
        elif isinstance(node, ast.Attribute | ast.Name) and _is_forbidden(dotted(node)):
            yield f"{node.lineno}: {dotted(node)}"
        elif isinstance(node, ast.Call):
            yield from _calls(node)


def _is_forbidden(name: str) -> bool:
    return any(name == call or ("." in name and name.endswith("." + call)) for call in CALLS - BARE)


#: Names that mean something else behind a dot, as `re.compile` does.
BARE = {"eval", "exec", "compile"}


def _calls(node: ast.Call) -> Iterator[str]:
    name = dotted(node.func)
    keywords = {each.arg: each.value for each in node.keywords}
    if name in BARE:
        yield f"{node.lineno}: {name}"
    if name in ("np.load", "numpy.load") and not _is(keywords.get("allow_pickle"), False):
        yield f"{node.lineno}: {name} without allow_pickle=False"
    if name == "yaml.load":
        yield f"{node.lineno}: yaml.load, where load_yaml should be"
    if name.rpartition(".")[2] == "YAML" and not _is(keywords.get("typ"), "safe"):
        yield f"{node.lineno}: YAML of another type than safe"
    if _is(keywords.get("allow_pickle"), True) or _is(keywords.get("shell"), True):
        yield f"{node.lineno}: allow_pickle or shell is True"


def _is(value: ast.expr | None, constant: bool | str) -> bool:
    return isinstance(value, ast.Constant) and value.value == constant


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import os, joblib.memory",
        "from dill import loads",
        "from torch import load\nfrom pandas import read_pickle",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "np.save(path, X, allow_pickle=True)",
        "torch.load(path)",
        "pd.read_pickle(path)",
        "frame.to_pickle(path)",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.load(text, Loader=yaml.UnsafeLoader)",
        "yaml.unsafe_load(text)",
        "class Mine(yaml.Loader): pass",
        "YAML().load(text)",
        "YAML(typ='unsafe').load(text)",
        "ruamel.yaml.YAML(typ=kind).load(text)",
        "eval(text)",
        "exec(text)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
    ],
)
def test_each_would_be_found(line: str) -> None:
    assert list(faults(line))


@pytest.mark.parametrize(
    "line",
    [
        "np.load(path, allow_pickle=False)",
        "YAML(typ='safe').load(text)",
        "re.compile(text)",
        "network.double().eval()",
        "class Mine(SafeConstructor): pass",
    ],
)
def test_what_is_fine_passes(line: str) -> None:
    assert list(faults(line)) == []


#: What credentials look like: keys of clouds and of code hosts, private keys, passwords in URLs.
CREDENTIAL = re.compile(
    r"AKIA[0-9A-Z]{16}|AIza[\w-]{35}|gh[opsu]_\w{36}|github_pat_\w{20}|glpat-[\w-]{20}"
    r"|hf_\w{30}|pn[ub]_\w{30}|xox[abp]-[\w-]{10}|-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}"
    r"|\w://[^\s/:@{]+:(?!secret@)[^\s/@{]+@"
    r"|(?i:password|secret|token)[\"']?\s*[:=]\s*[\"']?[0-9a-f]{32}"
)


def test_no_credential_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = {
        name: match.group()
        for name in listed
        if name and (ROOT / name).is_file()
        if (match := CREDENTIAL.search((ROOT / name).read_text(errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "parts",
    [
        ("AKIA", "ABCDEFGHIJKLMNOP"),
        ("ghp_", "a" * 36),
        ("-----BEGIN RSA ", "PRIVATE KEY-----"),
        ("postgresql://study:", "hunter2@db/prefect"),
        ('token = "', "0123456789abcdef" * 2),
    ],
)
def test_each_credential_would_be_found(parts: tuple[str, str]) -> None:
    assert CREDENTIAL.search("".join(parts))
