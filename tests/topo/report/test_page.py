"""The report page as text: what stands in it, and that nothing breaks out of its place."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.topo.report.synthetic_report import PIXEL, synthetic_report
from topo.report import (
    Provenance,
    ReportContent,
    ReportFigure,
    ReportFinding,
    ReportSection,
    render_report,
)
from topo.statements.text import DEFINED
from topo.statements.verdicts import Curve, Firmness, Judged
from topo.table import describe_table1, to_markdown, to_text

CONTENT = synthetic_report()
PAGE = render_report(CONTENT)
VOID = {"meta", "link", "img", "input"}


class Reader(HTMLParser):
    """Elements with their attributes and texts; notes what is not closed as it was opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


READER = Reader(PAGE)


def page_with(**changes: Any) -> str:
    return render_report(replace(CONTENT, **changes))


def links_of(reader: Reader) -> list[str]:
    return [str(attributes["href"]) for name, attributes in reader.elements if name == "a"]


def visible(page: str) -> str:
    """Text of the page's body without its scripts."""
    reader = Reader(page)
    return " ".join(
        text for name, texts in reader.texts.items() if name not in ("script", "style")
        for text in texts
    )  # fmt: skip


def test_every_element_is_closed_where_it_was_opened() -> None:
    assert not READER.faults
    assert not READER.open


def test_no_id_stands_twice_and_every_link_has_its_end() -> None:
    ids = READER.ids()
    assert len(ids) == len(set(ids))
    links = [link for link in links_of(READER) if link.startswith("#")]
    assert links
    assert all(link.removeprefix("#").partition(":")[0] in ids for link in links)


def test_parts_stand_in_their_order() -> None:
    order = [
        "missing",
        "findings",
        "explorer",
        "table-1",
        "verdicts",
        "figures",
        "provenance",
        "data",
    ]
    ids = READER.ids()
    assert [each for each in ids if each in order] == order


def test_nothing_is_loaded_from_anywhere() -> None:
    sources = [attributes[key] for _, attributes in READER.elements for key in ("src",)
               if key in attributes]  # fmt: skip
    assert sources
    assert all(str(source).startswith("data:image/") for source in sources)
    assert not re.search(r"https?://|@import|url\(", PAGE)


def test_policy_names_the_digests_of_style_and_script() -> None:
    policy = next(
        str(attributes["content"])
        for name, attributes in READER.elements
        if name == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    style, script = (
        re.findall(rf"<{name}>(.*?)</{name}>", PAGE, re.DOTALL)[-1] for name in ("style", "script")
    )
    for kind, text in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_equal_content_gives_an_equal_page() -> None:
    assert render_report(synthetic_report()) == PAGE


def test_explorer_offers_the_repetitions_that_it_speaks_of() -> None:
    text = " ".join(visible(PAGE).split())
    assert "Here are the first 3 of every dataset" in text
    assert re.search(r"Repetition <select id=.sample.", PAGE)
    assert "larger dots mark the deaths of their edges" in text


def test_runs_are_told_by_files_beside_the_page_not_by_the_page() -> None:
    runs = CONTENT.provenance.runs
    assert [link for link in links_of(READER) if not link.startswith("#")] == [*runs.values()]
    section = visible(PAGE[PAGE.index('<section id="provenance">') :])
    assert all(stage in section for stage in runs)


EVIL = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{ 7 * 6 }}"


def evil_reading(reading: Judged) -> Judged:
    texts = dict.fromkeys(("claim", "rule", "explanation"), EVIL)
    curve = Curve(EVIL, EVIL, 1.0, ((1.0, "holds"), (2.0, "does not hold")))
    firmness = Firmness("fragile", (EVIL,), (curve,))
    return replace(reading, **texts, numbers={EVIL: 1.0}, firmness=firmness)


def evil_content() -> ReportContent:
    """A report whose every text, name and reason is an attempt to be markup."""
    evil_names = {"mnist": EVIL, "umap": EVIL}
    return replace(
        CONTENT,
        title=EVIL,
        summary=EVIL,
        missing=(EVIL,),
        verdicts=tuple(
            replace(
                each,
                **dict.fromkeys(("theme", "quote", "place"), EVIL),
                readings=tuple(map(evil_reading, each.readings)),
            )
            for each in CONTENT.verdicts
        ),
        findings=(ReportFinding("finding", EVIL, EVIL, PIXEL, EVIL, EVIL, EVIL, EVIL),),
        figures=(ReportFigure("figure-2", EVIL, EVIL, EVIL, PIXEL),),
        inputs=tuple(
            replace(each, dataset=evil_names.get(each.dataset, each.dataset))
            for each in CONTENT.inputs
        ),
        embeddings=tuple(
            replace(
                each,
                dataset=evil_names.get(each.dataset, each.dataset),
                method=evil_names.get(each.method, each.method),
            )
            for each in CONTENT.embeddings
        ),
        scores=CONTENT.scores.replace({"dataset": evil_names, "method": evil_names}).assign(
            reason=CONTENT.scores["reason"].where(CONTENT.scores["reason"] == "", EVIL)
        ),
        table=CONTENT.table.replace({"dataset": evil_names, "method": evil_names}).assign(
            reason=EVIL
        ),
        spreads=CONTENT.spreads.replace({"dataset": evil_names, "method": evil_names}),
        provenance=Provenance({EVIL: EVIL}, {EVIL: EVIL}, {EVIL: EVIL}),
    )


def test_foreign_text_stays_text() -> None:
    page = render_report(evil_content())
    reader = Reader(page)
    assert not reader.faults
    assert [name for name, _ in reader.elements].count("script") == 2
    assert not any("onerror" in attributes for _, attributes in reader.elements)
    assert page.count("alert(1)") > 20
    assert EVIL in visible(page)
    # Every place has it: names of methods and datasets, numbers of verdicts, labels, links.
    for name in ("h1", "p", "li", "h3", "th", "strong", "span", "dt", "dd", "a", "figcaption"):
        assert any(EVIL in text for text in reader.texts[name]), name
    assert {EVIL} <= {attributes.get("alt") for _, attributes in reader.elements}


def test_data_of_the_explorer_cannot_end_its_script() -> None:
    page = render_report(evil_content())
    _, _, rest = page.partition('<script type="application/json" id="data">')
    text, _, _ = rest.partition("</script>")
    assert not set("<>&") & set(text)
    data = json.loads(text)
    assert {EVIL} <= {item["series"] for item in data["items"]}
    assert any(EVIL in reason for item in data["items"] for reason in item["reasons"].values())


def test_partial_run_says_what_is_missing_and_why() -> None:
    assert "MNIST is unavailable: its files are in no folder & on no <mirror>" in visible(PAGE)
    assert "Partial." in visible(PAGE)


def test_whole_run_has_no_banner() -> None:
    assert "Partial." not in visible(render_report(synthetic_report(missing=False)))


def test_every_conclusion_has_a_row_and_every_reading_an_address() -> None:
    rows = {
        attributes["id"]: attributes["data-outcome"]
        for name, attributes in READER.elements
        if name == "tr" and "data-outcome" in attributes
    }
    assert rows == {each.name: each.outcome for each in CONTENT.verdicts}
    addresses = {attributes.get("id") for name, attributes in READER.elements if name == "div"}
    text = visible(PAGE)
    for conclusion in CONTENT.verdicts:
        assert conclusion.quote in text
        assert conclusion.place in text
        for each in conclusion.readings:
            assert each.name in addresses
            for part in (each.claim, each.rule, each.explanation, *each.numbers):
                assert part in text
    assert "12.1235" in text
    assert "2 readings: 1 holds, 1 not decidable." in text


def test_the_firmest_of_a_theme_comes_first() -> None:
    text = visible(PAGE)
    assert text.index("the lowest RMSE") < text.index("consistently ranking")
    assert "Changed by: one repetition left out." in text
    assert text.count(DEFINED) == 1


def with_first_reading(**changes: Any) -> ReportContent:
    first, *others = CONTENT.verdicts
    reading, *rest = first.readings
    changed = replace(first, readings=(replace(reading, **changes), *rest))
    return replace(CONTENT, verdicts=(changed, *others))


def test_what_is_missing_is_said_once() -> None:
    shown = with_first_reading(cause="no <MNIST>", explanation="no <MNIST>.")
    text = visible(render_report(shown))
    assert text.count("No <MNIST>: 1 reading without evidence.") == 1
    assert "no <MNIST>" not in text


def test_a_verdict_that_hangs_on_a_threshold_shows_the_curve() -> None:
    curve = Curve("margin", "%", 2.0, ((1.0, "holds"), (2.0, "holds"), (5.0, "not decidable")))
    firmness = Firmness("fairly firm", ("margin: 5 %",), (curve,))
    text = visible(render_report(with_first_reading(firmness=firmness)))
    assert "By margin: holds at 1 %, 2 % (used); not decidable at 5 %." in text
    # The curve says it already.
    assert "Changed by: margin" not in text


def test_filters_count_the_outcomes() -> None:
    boxes = [attributes for name, attributes in READER.elements if name == "input"]
    outcomes = [each["value"] for each in boxes if each.get("name") == "outcome"]
    assert outcomes == ["holds", "holds in part", "does not hold", "not decidable"]
    assert visible(PAGE).count(" (1)") == 3
    assert visible(PAGE).count(" (0)") == 1


def test_report_without_verdicts_says_so() -> None:
    assert "No conclusion was judged." in visible(page_with(verdicts=()))


def test_table_has_our_values_ranks_and_the_papers() -> None:
    text = visible(PAGE)
    assert "13.091" in text  # d_b of TopoAE on SPHERES in the paper
    assert "Empty diagram" in text
    assert [name for name, _ in READER.elements].count("sup") > 1
    best = [attributes for _, attributes in READER.elements if attributes.get("class") == "best"]
    assert len(best) > 5


def test_every_form_has_the_same_table() -> None:
    described = describe_table1(CONTENT.table)
    text, markdown, page = to_text(described), to_markdown(described), visible(PAGE)
    cells = [
        cell
        for table in described.tables
        for group in table.groups
        for row in group.rows
        for cell in row.cells
    ]
    assert len(cells) > 100
    first = [row for table in described.tables if not table.is_folded
             for group in table.groups for row in group.rows]  # fmt: skip
    shown_first = {part for row in first for cell in row.cells for part in (cell.value, cell.paper)}
    for value in {part for cell in cells for part in (cell.value, cell.paper)}:
        assert value in text or value not in shown_first
        assert value.replace(" ", "\N{NO-BREAK SPACE}") in markdown or f"<br>{value}" in markdown
        assert value in page


def test_headings_of_the_table_are_subscripted_and_nothing_else_is_markup() -> None:
    assert "KL<sub>0.01</sub> ↓" in PAGE


def test_noise_floors_stand_beside_the_table() -> None:
    assert "SPHERES: spreads" in visible(PAGE)
    assert "Draws of the data: 1, splits: 2, fits: 3." in visible(PAGE)


def test_findings_lead_to_what_they_rest_on_and_nowhere_else() -> None:
    links = links_of(
        Reader(PAGE[PAGE.index('<article class="finding"') : PAGE.index('id="explorer"')])
    )
    view = "#explorer:dataset=SPHERES&left=PCA&right=UMAP"
    assert links == ["#encloses", "#figure-2", view]
    assert "TopoAE does, by 0.4 ± 0.2 & more." in visible(PAGE)


def test_page_without_findings_does_not_lead_to_them() -> None:
    page = page_with(findings=())
    assert "#findings" not in page
    assert not Reader(page).faults


def test_figures_carry_their_image_caption_and_description() -> None:
    image = next(attributes for name, attributes in READER.elements if name == "img")
    content = str(image["src"]).removeprefix("data:image/png;base64,")
    assert base64.b64decode(content) == PIXEL
    assert image["alt"] == "A pixel."
    assert "One pixel." in visible(PAGE)


def test_figures_must_differ_in_name() -> None:
    with pytest.raises(ValueError, match="must differ in name, got figure-2, figure-2"):
        page_with(figures=CONTENT.figures * 2)


def test_a_section_shows_its_figures_conclusions_and_views_under_a_heading_of_its_own() -> None:
    section = ReportSection(
        "loops", "Loops <new>", "What is kept?", ("Pictures",), {"PCA": "left=PCA"}
    )
    figure = replace(CONTENT.figures[0], name="figure-loops", section="loops")
    finding = replace(CONTENT.findings[1], section="loops")
    figures, findings = (*CONTENT.figures, figure), (CONTENT.findings[0], finding)
    page = page_with(sections=(section,), figures=figures, findings=findings)
    reader = Reader(page)
    assert not reader.faults
    # From the contents, and from the finding.
    assert links_of(reader).count("#loops") == 2
    before, own = page.split('<section id="loops">')
    assert "figure-loops" not in before
    assert 'id="figure-loops"' in own
    assert "Loops <new>" in visible(page)
    assert {"#uniquely-captures", "#explorer:left=PCA"} <= set(links_of(Reader(own)))
    assert "#first-or-second" not in links_of(Reader(own))


def test_a_section_without_figures_and_evidence_is_left_out() -> None:
    page = page_with(sections=(ReportSection("loops", "Loops", "What is kept?", ("Nothing",)),))
    assert "What is kept?" not in page
    assert "#loops" not in page


def test_a_figure_stands_in_a_section_that_is_there() -> None:
    figure = replace(CONTENT.figures[0], section="nowhere")
    with pytest.raises(ValueError, match="figure-2 must stand in one of the sections , got nowhe"):
        page_with(figures=(figure,))


def test_provenance_has_digests_and_parameters() -> None:
    text = visible(PAGE)
    for part in (f"{1:064x}", "datasets.spheres.n_inner", *CONTENT.provenance.runs):
        assert part in text


def test_report_without_embeddings_is_a_page() -> None:
    empty: ReportContent = replace(
        CONTENT, inputs=(), embeddings=(), scores=CONTENT.scores.iloc[:0], figures=()
    )
    assert not Reader(render_report(empty)).faults
