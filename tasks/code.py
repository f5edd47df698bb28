"""Which of the project's code, and which packages, a module's results depend on."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

from tasks.versions import PACKAGES

PROJECT_PACKAGES = ("topo", "tasks", "flows")

#: Packages that only list what params.yaml names. What is named counts by itself, so that one
#: method does not depend on the code of the others.
REGISTRIES = frozenset(
    {"topo.datasets", "topo.methods", "topo.metrics.registry", "topo.questions", "topo.theory"}
)

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_digest(modules: Iterable[str]) -> str:
    """Digest the code of modules and of everything they import from this project.

    SHA-256 in hexadecimal. Comments, docstrings and layout do not count: editing them changes no
    result.
    """
    digests = code_digests(modules)
    return _sha256("".join(f"{name}\n{digest}\n" for name, digest in digests.items()))


def code_digests(modules: Iterable[str], *, without: Iterable[str] = ()) -> dict[str, str]:
    """Digest each module that `project_modules` reaches, and the data files that lie beside it.

    SHA-256 in hexadecimal by module, and by path for what is no Python; sorted. Modules and
    packages of `without` do not count, nor what only they import.
    """
    reached = _reached(modules, without)
    ours = filter(_is_project, reached)
    files = {path for module in ours for path in _data_files(_source_path(module).parent)}
    digests = {module: _source(module).digest for module in reached}
    digests |= {_relative(path): _sha256(path.read_bytes()) for path in files}
    return dict(sorted(digests.items()))


def _reached(modules: Iterable[str], without: Iterable[str]) -> frozenset[str]:
    left_out = frozenset(without)
    return frozenset[str]().union(*(project_modules(module, left_out) for module in modules))


def forget_sources() -> None:
    """Have sources read anew that were read before: they may have been edited since."""
    for cached in (project_modules, _source_path, _data_files, _source, _imports):
        cached.cache_clear()


def _sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


class CodeDiffersError(RuntimeError):
    """A worker has other code than the one that a unit's key names."""


def require_code(modules: tuple[str, ...], expected: str) -> None:
    """Refuse to compute with code that was edited after the run had begun.

    Its results would be kept as those of the code before, whose `code_digest` is expected.

    Raises
    ------
    CodeDiffersError
        Names the modules and says what to do.
    """
    if _digest_here(modules) != expected:
        raise CodeDiffersError(
            f"the code of {', '.join(modules)}, or what it imports, was edited while the run was "
            "under way: run again"
        )


@cache
def _digest_here(modules: tuple[str, ...]) -> str:
    """Digest once in a worker: what it has imported does not change any more."""
    return code_digest(modules)


def package_versions(modules: Iterable[str], *, without: Iterable[str] = ()) -> Mapping[str, str]:
    """Versions, by name, of Python and of the packages that the modules' numbers come from.

    Those are what their code imports, and of what these require the packages that compute
    (`tasks.versions.PACKAGES`): another version of a console or a plotting library changes nothing.
    `without` is as in `code_digests`.
    """
    reached = _reached(modules, without)
    distributions: set[str] = set()
    for name in set().union(*map(_foreign_imports, reached)):
        distributions |= _imported_distributions(name)
        distributions |= _required_distributions(name) & set(PACKAGES)
    versions = {name: version(name) for name in sorted(distributions)}
    return {"python": ".".join(map(str, sys.version_info[:3])), **versions}


@cache
def project_modules(module: str, without: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names of the project's modules that importing a module can reach, itself included.

    Imports inside functions count. A package's ``__init__`` counts only where it is imported by
    name, and a registry not at all; nor do `without` and what only they reach.
    """
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current in reached or current in REGISTRIES or _is_part(current, without):
            continue
        reached.add(current)
        waiting.extend(name for name in _imports(current) if _is_project(name))
    return frozenset(reached)


def _is_part(module: str, packages: frozenset[str]) -> bool:
    """Whether a module is one of some packages, or lies in one."""
    parts = module.split(".")
    return any(".".join(parts[:end]) in packages for end in range(1, len(parts) + 1))


def _is_project(name: str) -> bool:
    return name.split(".")[0] in PROJECT_PACKAGES


def _foreign_imports(module: str) -> set[str]:
    tops = {name.split(".")[0] for name in _imports(module) if not _is_project(name)}
    return tops - sys.stdlib_module_names


@cache
def _source_path(module: str) -> Path:
    """Find a module's file; its package is not imported, which could take seconds."""
    package, *rest = module.split(".")
    spec = find_spec(package)
    if spec is not None and spec.origin is not None:
        place = Path(spec.origin).parent.joinpath(*rest) if rest else Path(spec.origin)
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return path
    raise ModuleNotFoundError(f"no source file found for module {module!r}")


@cache
def _data_files(folder: Path) -> tuple[Path, ...]:
    """Files of a package that are no Python: tables, templates, scripts of its pages."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and not any(path.glob("*.py")):
            found += _data_files(path)
        elif path.is_file() and path.suffix not in (".py", ".pyc"):
            found.append(path)
    return tuple(found)


def _relative(path: Path) -> str:
    """Path of a data file below the folder of the packages."""
    package = next(parent for parent in path.parents if parent.name in PROJECT_PACKAGES)
    return path.relative_to(package.parent).as_posix()


class _Source(NamedTuple):
    """What counts of a module's text: its imports that may run, and the digest of its code."""

    imports: tuple[ast.Import | ast.ImportFrom, ...]
    digest: str


@cache
def _source(module: str) -> _Source:
    return _parsed(_source_path(module).read_text(encoding="utf-8"))


@cache
def _parsed(text: str) -> _Source:
    """Parse each text once in a process: all of the project's take seconds."""
    tree = ast.parse(text)
    nodes = _executed(tree)
    imports = tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return _Source(imports, _sha256(_normalised_code(tree)))


@cache
def _imports(module: str) -> frozenset[str]:
    is_package = _source_path(module).name == "__init__.py"
    package = module if is_package else module.rpartition(".")[0]
    names: set[str] = set()
    for node in _source(module).imports:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        else:
            base = resolve_name("." * node.level + (node.module or ""), package)
            names |= {_imported_module(base, alias.name) for alias in node.names}
    return frozenset(names)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may run of a tree: all but what is for a type checker only."""
    yield node
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        children = node.orelse
    for child in children:
        yield from _executed(child)


def _imported_module(base: str, name: str) -> str:
    """``from base import name`` reads a submodule where there is one, else an attribute of base."""
    if not _is_project(base):
        return base
    candidate = f"{base}.{name}"
    try:
        _source_path(candidate)
    except ModuleNotFoundError:
        return base
    return candidate


def _normalised_code(tree: ast.Module) -> str:
    tree = ast.parse(ast.unparse(tree))
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[0] = ast.Pass()
    return ast.dump(tree)


@cache
def _distributions_by_import() -> Mapping[str, list[str]]:
    return packages_distributions()


def _imported_distributions(import_name: str) -> frozenset[str]:
    names = map(_canonical, _distributions_by_import().get(import_name, []))
    return frozenset(filter(_is_installed, names))


@cache
def _required_distributions(import_name: str) -> frozenset[str]:
    """Distributions behind an import, with what they require, whichever way round."""
    reached: set[str] = set()
    waiting = list(_imported_distributions(import_name))
    while waiting:
        name = _canonical(waiting.pop())
        if name in reached or not _is_installed(name):
            continue
        reached.add(name)
        for text in requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return frozenset(reached)


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
