"""The YAML that params.yaml is written in."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import ConstructorError

from topo.params.faults import shown

_TEXT = "tag:yaml.org,2002:str"


def load_yaml(text: str, *, name: str) -> Any:
    """Read one YAML document; no tag makes it run or import anything.

    Parameters
    ----------
    text
        The document.
    name
        What messages call it.

    Returns
    -------
    Any
        Its content; None where it is empty.

    Raises
    ------
    yaml.YAMLError
        Names the line. Python's own errors get out where the YAML is too deep or has a character
        beyond Unicode.
    """
    loader = _StrictLoader(text)
    loader.name = name
    return loader.get_single_data()


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader, whose keys are text and stand once: the second would silently win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                _check_key(key, seen, line=node.start_mark.line + 1)
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        # What PyYAML's readers of numbers, dates and truth values raise for text that is none.
        except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
            kind = node.tag.rpartition(":")[2]
            what = shown(node.value) if isinstance(node, yaml.ScalarNode) else "this"
            problem = f"{what} cannot be read as {kind}: write another value"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def _check_key(key: Any, seen: set[str], *, line: int) -> None:
    if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT:
        what = shown(key.value) if isinstance(key, yaml.ScalarNode) else "a list or a mapping"
        problem = f"a key must be text, got {what}: put it in quotation marks, write << out"
        raise ConstructorError(None, None, problem, key.start_mark)
    if key.value in seen:
        problem = f"key {shown(key.value)} stands twice in the mapping at line {line}"
        raise ConstructorError(None, None, problem, key.start_mark)
