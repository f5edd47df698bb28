"""`python -m flows docs`: what a run has found, written into the manual where it is shown.

A block between ``<!-- results/report/NAME -->`` and ``<!-- end -->`` is the file of that name, byte
for byte, so that a test can hold it against the digest that dvc.lock has of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from flows import store

#: A block: the file that it shows, and what stands in it.
BLOCK = re.compile(r"<!-- (results/report/[\w.-]+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
_PICTURES = {store.REPORT / "figures/embeddings-spheres.png": Path("docs/spheres.png")}


def pages() -> list[Path]:
    """Return the pages of the manual."""
    return [Path("README.md"), *sorted(Path("docs").glob("*.md"))]


def write_docs() -> None:
    """Fill the blocks of all pages, and copy the pictures.

    Raises
    ------
    FileNotFoundError
        Where the stage `report` has not written what a page shows; nothing is changed.
    """
    filled = {page: BLOCK.sub(_filled, page.read_text(encoding="utf-8")) for page in pages()}
    pictures = {place: _read(path) for path, place in _PICTURES.items()}
    for page, text in filled.items():
        store.write_text(page, text)
    for place, content in pictures.items():
        store.write_bytes(place, content)


def _filled(block: re.Match[str]) -> str:
    return f"<!-- {block[1]} -->\n{_read(Path(block[1])).decode()}<!-- end -->\n"


def _read(path: Path) -> bytes:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `python -m flows reproduce` first")
    return path.read_bytes()
