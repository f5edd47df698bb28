"""What the README prints as code, taken out of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

#: A fenced block, in which a line with # is no heading, or a heading.
_PIECE = re.compile(r"^(?:(#+ [^\n]*)|```(\w*)\n(.*?)^```)$", re.MULTILINE | re.DOTALL)
#: Code within a sentence that is a command of one of these programs.
_INLINE = re.compile(r"`((?:python|make|dvc|prefect|ray) [^`]+)`")
_ASSIGNMENTS = re.compile(r"^(\w+=\S*\s+)+")


def blocks(language: str, section: str = "") -> list[str]:
    """Fenced blocks of a language, those of one section if its heading is given."""
    found, text, inside = [], README.read_text(encoding="utf-8"), not section
    for heading, language_found, code in _PIECE.findall(text):
        if heading and section:
            inside = heading == section or (inside and _level(heading) > _level(section))
        elif inside and language_found == language:
            found.append(code)
    return found


def _level(heading: str) -> int:
    return len(heading.partition(" ")[0])


def commands() -> list[str]:
    """Every command of the README, as one line each: in `sh` blocks, and in its sentences."""
    found = [line for block in blocks("sh") for line in block.replace("\\\n", " ").split("\n")]
    # A sentence goes on in the next line, and so may a command.
    prose = _PIECE.sub("", README.read_text(encoding="utf-8")).replace("\n", " ")
    found += _INLINE.findall(prose)
    parts = [part for line in found for part in re.split(r"&&|\|\||[;|]", _uncommented(line))]
    bare = [_ASSIGNMENTS.sub("", part.strip()) for part in parts]
    return list(dict.fromkeys(command for command in bare if command))


def _uncommented(line: str) -> str:
    return re.sub(r"(^|\s)#.*", "", line)
