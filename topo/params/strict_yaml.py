"""The YAML that params.yaml is written in: DVC's reader (YAML 1.2), with more refused."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
)
from ruamel.yaml.nodes import MappingNode, ScalarNode

from topo.params.faults import describe_value

__all__ = ["YAMLError", "load_yaml"]

_TEXT = "tag:yaml.org,2002:str"
#: The parser, which is written in C, ends the process where its stack is too small.
_DEEPEST = 100


def load_yaml(text: str, *, name: str) -> Any:
    """Read one YAML document as DVC reads it; no tag makes it run or import anything.

    None where it is empty. Messages call it by `name`.

    Raises
    ------
    YAMLError
        Names the line. Python's own errors get out where the YAML has a character beyond Unicode.
    """
    _check_structure(_Stream(text, name))
    reader = YAML(typ="safe")
    reader.Constructor = _StrictConstructor
    return reader.load(_Stream(text, name))


class _Stream(io.StringIO):
    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def _check_structure(stream: _Stream) -> None:
    depth = 0
    for event in YAML(typ="safe").parse(stream):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        problem = None
        if depth > _DEEPEST:
            problem = f"there must be at most {_DEEPEST} levels: write it flat"
        elif isinstance(event, DocumentStartEvent) and event.version:
            # DVC reads a file of another version in one way, and edits it in another.
            problem = "the line %YAML must not be there: leave it away"
        if problem is not None:
            raise MarkedYAMLError(None, None, problem, event.start_mark)


class _StrictConstructor(SafeConstructor):
    """The safe constructor, whose keys are text and stand once, and whose errors name the line."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        if isinstance(node, MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                _check_key(key, seen, line=node.start_mark.line + 1)
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        # What the readers of numbers, dates and truth values raise for text that is none.
        except (ValueError, LookupError, ArithmeticError, AttributeError, TypeError) as error:
            kind = node.tag.rpartition(":")[2]
            what = describe_value(node.value) if isinstance(node, ScalarNode) else "this"
            problem = f"{what} cannot be read as {kind}: write another value"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def _check_key(key: Any, seen: set[str], *, line: int) -> None:
    if not isinstance(key, ScalarNode) or key.tag != _TEXT:
        what = describe_value(key.value) if isinstance(key, ScalarNode) else "a list or a mapping"
        problem = f"a key must be text, got {what}: put it in quotation marks, write << out"
        raise ConstructorError(None, None, problem, key.start_mark)
    if key.value in seen:
        problem = f"key {describe_value(key.value)} stands twice in the mapping at line {line}"
        raise ConstructorError(None, None, problem, key.start_mark)
