"""The manual, README.md and a page per question in docs: short, whole, said once, and true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.reporting.docs import BLOCK
from tests.manual import DOCS, PAGES, README, ROOT, headings, prose, read

MOST_LINES = 200
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
#: Code within a sentence that is a path of the project: a folder's, or a file's.
PATH = re.compile(r"`((?:flows|tasks|topo|tests|docs)/[\w./*-]*|[\w-]+\.(?:yaml|toml))`")


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page; of equal ones the first."""
    kept = (re.sub(r"<[^>]+>|[^\w\- ]", "", heading) for heading in headings(page))
    return {heading.lower().replace(" ", "-") for heading in kept}


def faults(page: Path) -> list[str]:
    """Links of a page that lead nowhere; what lies elsewhere in the world is not asked."""
    found = []
    for link in LINK.findall(prose(page)):
        target, _, anchor = link.partition("#")
        place = (page.parent / target).resolve() if target else page
        if target.startswith(("http:", "https:")):
            continue
        if not place.exists() or (anchor and anchor not in anchors(place)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert faults(page) == []


def test_the_check_notices_links_that_lead_nowhere(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title, `code` & more\n\n[here](#a-title-code--more) [other](other.md) "
        "[there](#there)\nand ![a picture](picture.png) [site](https://host.example/x#y)\n"
        "```sh\n# there\n```\n"
    )
    assert faults(page) == ["other.md", "#there", "picture.png"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_in_sentences_exist(page: Path) -> None:
    named = PATH.findall(prose(page))
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []


def test_readme_can_be_read_at_one_sitting() -> None:
    assert len(read(README).splitlines()) <= MOST_LINES


def test_readme_leads_to_every_page() -> None:
    assert {f"docs/{page.name}" for page in DOCS} <= {
        link.partition("#")[0] for link in LINK.findall(prose(README))
    }


def test_nothing_stands_twice() -> None:
    # What a run writes stands in the README in part and in its page as a whole.
    own = [BLOCK.sub("", read(page)) for page in PAGES]
    parts = [part for text in own for part in re.split(r"\n\s*\n", text) if len(part) > 80]
    assert [part for part in parts if parts.count(part) > 1] == []
