"""Which of the project's code, and which packages, a module's results depend on."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from importlib.util import find_spec, resolve_name
from pathlib import Path

from packaging.requirements import Requirement

from tasks.versions import PACKAGES

PROJECT_PACKAGES = ("topo", "tasks")

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_digest(modules: Iterable[str]) -> str:
    """Digest the code of modules and of everything they import from this project.

    Comments, docstrings and layout do not count: editing them changes no result.

    Parameters
    ----------
    modules
        Dotted module names.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    reached = sorted(set().union(*(project_modules(module) for module in modules)))
    digest = hashlib.sha256()
    for module in reached:
        digest.update(f"{module}\n{_normalised_code(module)}\n".encode())
    return digest.hexdigest()


class CodeDiffersError(RuntimeError):
    """A worker has other code than the one that a unit's key names."""


def require_code(modules: tuple[str, ...], expected: str) -> None:
    """Refuse to compute with code that was edited after the run had begun.

    Its results would be kept as those of the code before.

    Parameters
    ----------
    modules
        Dotted module names.
    expected
        The driver's `code_digest`.

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


def package_versions(modules: Iterable[str]) -> Mapping[str, str]:
    """Versions of Python and of the packages that the modules' numbers come from.

    Those are what their code imports, and of what these require the packages that compute
    (`tasks.versions.PACKAGES`): another version of a console or a plotting library changes nothing.

    Parameters
    ----------
    modules
        Dotted module names.

    Returns
    -------
    dict
        Distribution name to version, and "python".
    """
    distributions: set[str] = set()
    for module in modules:
        for reached in project_modules(module):
            for name in _foreign_imports(reached):
                distributions |= _imported_distributions(name)
                distributions |= _required_distributions(name) & set(PACKAGES)
    versions = {name: version(name) for name in sorted(distributions)}
    return {"python": ".".join(map(str, sys.version_info[:3])), **versions}


@cache
def project_modules(module: str) -> frozenset[str]:
    """Names of the project's modules that importing a module can reach, itself included.

    Imports inside functions count. A package's ``__init__`` counts only where it is imported by
    name, so a registry in it does not tie its members together.

    Parameters
    ----------
    module
        Dotted module name.

    Returns
    -------
    frozenset of str
        Dotted module names.
    """
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(name for name in _imports(current) if _is_project(name))
    return frozenset(reached)


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
def _tree(module: str) -> ast.Module:
    return ast.parse(_source_path(module).read_text(encoding="utf-8"))


@cache
def _imports(module: str) -> frozenset[str]:
    is_package = _source_path(module).name == "__init__.py"
    package = module if is_package else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            names |= {_imported_module(base, alias.name) for alias in node.names}
    return frozenset(names)


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


@cache
def _normalised_code(module: str) -> str:
    tree = ast.parse(ast.unparse(_tree(module)))
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
