"""What the manual, README.md and docs, prints as code, taken out of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [README, *DOCS]

#: A fenced block, in which a line with # is no heading, or a heading.
_PIECE = re.compile(r"^(?:(#+ [^\n]*)|```(\w*)\n(.*?)^```)$", re.MULTILINE | re.DOTALL)
#: Code within a sentence that is a command of one of these programs.
_INLINE = re.compile(r"`((?:python|make|dvc|prefect|ray) [^`]+)`")
_ASSIGNMENTS = re.compile(r"^(\w+=\S*\s+)+")


def blocks(language: str, *pages: Path) -> list[str]:
    """Fenced blocks of a language, of some pages or of all."""
    pieces = [piece for page in pages or PAGES for piece in _PIECE.findall(read(page))]
    return [code for _, found, code in pieces if found == language]


def headings(page: Path) -> list[str]:
    """The headings of a page, without their marks."""
    return [heading.lstrip("# ") for heading, _, _ in _PIECE.findall(read(page)) if heading]


def prose(page: Path) -> str:
    """A page without its fenced blocks and headings, as one line, since sentences go on."""
    return _PIECE.sub("", read(page)).replace("\n", " ")


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every command of the manual, as one line each: in `sh` blocks, and in its sentences."""
    found = [line for block in blocks("sh") for line in block.replace("\\\n", " ").split("\n")]
    found += [command for page in PAGES for command in _INLINE.findall(prose(page))]
    parts = [part for line in found for part in re.split(r"&&|\|\||[;|]", _uncommented(line))]
    bare = [_ASSIGNMENTS.sub("", part.strip()) for part in parts]
    return list(dict.fromkeys(command for command in bare if command))


def _uncommented(line: str) -> str:
    return re.sub(r"(^|\s)#.*", "", line)
