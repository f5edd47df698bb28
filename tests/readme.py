"""What the README prints as code, taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASSIGNMENTS = re.compile(r"^(\w+=\S*\s+)+")


def blocks(language: str, section: str = "") -> list[str]:
    """Fenced blocks of a language, those of one section if its heading is given."""
    text = README.read_text(encoding="utf-8")
    if section:
        level = section.partition(" ")[0]
        start = text.index(f"\n{section}\n") + 1
        end = re.search(rf"^#{{1,{len(level)}}} ", text[start + 1 :], re.MULTILINE)
        text = text[start : start + 1 + end.start()] if end else text[start:]
    return [code for found, code in _FENCE.findall(text) if found == language]


def commands() -> list[str]:
    """Every command of the README, as one line each: `sh` blocks, and tables headed "command"."""
    found = [line for block in blocks("sh") for line in block.replace("\\\n", " ").split("\n")]
    found += _in_tables(README.read_text(encoding="utf-8"))
    parts = [part for line in found for part in re.split(r"&&|\|\||[;|]", _uncommented(line))]
    bare = [_ASSIGNMENTS.sub("", part.strip()) for part in parts]
    return list(dict.fromkeys(command for command in bare if command))


def _uncommented(line: str) -> str:
    return re.sub(r"(^|\s)#.*", "", line)


def _in_tables(text: str) -> Iterator[str]:
    inside = False
    for line in text.split("\n"):
        if not line.startswith("|"):
            inside = False
        elif line.startswith("| command |"):
            inside = True
        elif inside:
            yield from re.findall(r"^\| `([^`]+)`", line)
