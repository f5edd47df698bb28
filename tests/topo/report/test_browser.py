"""The report page in a real browser: it opens, obeys, and asks for nothing."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.topo.report.browser import CHROMIUM, Page, browser
from tests.topo.report.synthetic_report import PERPLEXITIES, synthetic_report
from tests.topo.report.test_page import CONTENT, EVIL, PAGE, evil_content
from topo.report import render_report

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium, which Debian has as the package chromium"
)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser for all tests of this file."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as page:
        yield page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small report as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def page(tab: Page, report: Path) -> Iterator[Page]:
    """The small report, opened afresh; no test may leave an error behind."""
    tab.open(report)
    yield tab
    assert tab.errors == []


def choose(page: Page, level: str, title: str) -> None:
    """Choose an option by its text, as a person does."""
    page.run(
        f"""(() => {{
          const select = document.getElementById({level!r});
          select.value = {title!r};
          if (select.value !== {title!r}) throw new Error("no such option: " + {title!r});
          select.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()"""
    )


def options(page: Page, level: str) -> list[str]:
    texts = page.run(f"[...document.getElementById({level!r}).options].map((each) => each.text)")
    return list(texts)


def picture(page: Page, canvas: str) -> str:
    return str(page.run(f"document.getElementById({canvas!r}).toDataURL()"))


def text(page: Page, selector: str) -> str:
    return str(page.run(f"document.querySelector({selector!r}).innerText"))


def click(page: Page, selector: str) -> None:
    page.run(f"document.querySelector({selector!r}).click()")


def n_shown(page: Page, selector: str) -> int:
    """Number of elements that can be seen, if the window is large enough."""
    all_of_them = f"[...document.querySelectorAll({selector!r})]"
    return int(page.run(f"{all_of_them}.filter((each) => each.checkVisibility()).length"))


def is_blank(page: Page, canvas: str) -> bool:
    """Whether nothing is drawn on a canvas."""
    return bool(
        page.run(
            f"""(() => {{
              const drawn = document.getElementById({canvas!r});
              const blank = drawn.cloneNode();
              return drawn.toDataURL() === blank.toDataURL();
            }})()"""
        )
    )


def test_page_opens_without_complaint_and_asks_for_nothing(tab: Page, report: Path) -> None:
    tab.open(report)
    assert tab.errors == []
    assert tab.requests[0] == report.as_uri()
    assert all(address.startswith("data:image/") for address in tab.requests[1:])


@pytest.mark.parametrize(
    "attempt",
    [
        """fetch('http://127.0.0.1:{port}/', {{ mode: 'no-cors' }})
          .then(() => 'came through', () => 'refused')""",
        """new Promise((done) => {{
          const image = new Image();
          image.onload = () => done('came through');
          image.onerror = () => done('refused');
          image.src = 'http://127.0.0.1:{port}/pixel.png';
        }})""",
        """new Promise((done) => {{
          const script = document.createElement('script');
          script.textContent = 'window.injected = true';
          document.body.append(script);
          done(window.injected ? 'came through' : 'refused');
        }})""",
    ],
)
def test_policy_refuses_connections_and_strange_scripts(
    tab: Page, report: Path, tmp_path: Path, attempt: str
) -> None:
    tab.open(report)
    (tmp_path / "pixel.png").write_bytes(CONTENT.figures[0].image)
    handler = functools.partial(SilentHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert tab.run(attempt.format(port=server.server_port)) == "refused"
        server.shutdown()


class SilentHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word on standard error."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_page_of_as_many_bytes_as_the_study_opens_fast(tab: Page, tmp_path: Path) -> None:
    content = synthetic_report(share=1.0, n_splits=1, n_seeds=1)
    # What else the study has in its page: other embeddings, and figures.
    figure = replace(content.figures[0], name="rest", image=bytes(6_000_000))
    path = tmp_path / "full.html"
    page = render_report(replace(content, figures=(*content.figures, figure)))
    path.write_text(page, encoding="utf-8")
    assert 9e6 < path.stat().st_size < 12e6
    # The better of two, since other tests may have the machine.
    assert min(tab.open(path), tab.open(path)) < 3
    assert tab.errors == []
    assert tab.run("labelsOf(shown.input).length") == 2000
    # From the choice to the first picture of it; the better of three.
    choices = ["perplexity 750", "perplexity 5", "perplexity 300"]
    choose(tab, "left-series", "t-SNE over perplexity")
    assert min(slide(tab, "left", each) for each in choices) < 0.1


def slide(page: Page, side: str, step: str) -> float:
    """Move a slider to a step by its name; return the seconds that it took."""
    return float(
        page.run(
            f"""(() => {{
              const slider = document.getElementById("{side}-step");
              const place = shown[{side!r}].steps.findIndex((item) => item.step === {step!r});
              if (place < 0) throw new Error("no such step: " + {step!r});
              slider.value = place;
              const start = performance.now();
              slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
              return (performance.now() - start) / 1000;
            }})()"""
        )
    )


def place_of(page: Page, side: str, index: int) -> tuple[float, float]:
    """Where a point stands in the window."""
    page.run(f"find({side!r}).scrollIntoView({{ block: 'center' }})")
    x, y = page.run(
        f"""(() => {{
          const box = find({side!r}).getBoundingClientRect(), {{ places }} = shown[{side!r}];
          return [box.left + places[{2 * index}], box.top + places[{2 * index + 1}]];
        }})()"""
    )
    return x, y


def pictures(page: Page, *canvases: str) -> list[str]:
    return [picture(page, canvas) for canvas in canvases]


SIDES = ("left", "right")
DIAGRAMS = ("input-diagram", "left-diagram", "right-diagram")


def test_foreign_names_are_text_in_the_explorer_too(tab: Page, tmp_path: Path) -> None:
    path = tmp_path / "evil.html"
    path.write_text(render_report(evil_content()), encoding="utf-8")
    tab.open(path)
    choose(tab, "dataset", EVIL)
    choose(tab, "left-series", EVIL)
    assert EVIL in text(tab, "#left-chosen")
    choose(tab, "left-series", "AE")
    choose(tab, "sample", "split 1")
    assert EVIL in text(tab, "#left-reason")
    assert n_shown(tab, "img[src=x]") == 0
    assert tab.errors == []


def test_choices_list_what_there_is(page: Page) -> None:
    assert options(page, "dataset")[:3] == ["SPHERES", "MNIST", "Digits"]
    methods = ["t-SNE", "UMAP", "AE", "TopoAE", "PCA", "Random"]
    assert options(page, "left-series") == [*methods, "t-SNE over perplexity"]
    assert options(page, "right-series") == options(page, "left-series")
    assert options(page, "sample") == ["split 0", "split 1"]


def test_page_opens_at_the_end_of_the_longest_series(page: Page) -> None:
    assert page.run("[find('left-series').value, find('right-series').value]") == [
        "t-SNE over perplexity", "TopoAE",
    ]  # fmt: skip
    assert text(page, "#left-step-name") == f"perplexity {PERPLEXITIES[-1]}"
    # Of two model seeds the slider is enough; another series begins at its own beginning.
    assert text(page, "#right-step-name") == "model seed 0"
    assert n_shown(page, "#left-play, #right-play") == 1
    choose(page, "left-series", "UMAP")
    assert text(page, "#left-step-name") == "model seed 0"


@pytest.mark.parametrize(
    ("control", "title"),
    [("dataset", "MNIST"), ("sample", "split 1"), ("left-series", "UMAP"), ("right-series", "AE")],
)
def test_choices_change_the_pictures_and_the_scores(page: Page, control: str, title: str) -> None:
    click(page, "#explorer details summary")
    before, scores = pictures(page, *SIDES, *DIAGRAMS), text(page, "#scores")
    choose(page, control, title)
    now = pictures(page, *SIDES, *DIAGRAMS)
    same = [a == b for a, b in zip(before, now, strict=True)]
    # A choice of one side leaves the other as it is.
    assert same[:2] == [control == "right-series", control == "left-series"]
    assert same[2] <= control.endswith("series")
    # Made-up scores are those of a method and split, whatever the dataset.
    assert (text(page, "#scores") != scores) == (control != "dataset")


def test_choices_are_kept_where_they_still_exist(page: Page) -> None:
    choose(page, "left-series", "UMAP")
    choose(page, "sample", "split 1")
    choose(page, "dataset", "MNIST")
    chosen = [page.run(f"find({each!r}).value") for each in ("left-series", "sample")]
    assert chosen == ["UMAP", "split 1"]


def test_slider_goes_over_perplexities(page: Page) -> None:
    choose(page, "sample", "split 1")
    choose(page, "left-series", "t-SNE")
    assert n_shown(page, "#left-step") == 0
    choose(page, "left-series", "t-SNE over perplexity")
    assert n_shown(page, "#left-step") == 1
    assert page.run("Number(find('left-step').max)") == len(PERPLEXITIES) - 1
    before = pictures(page, "left", "left-diagram")
    slide(page, "left", "perplexity 750")
    assert text(page, "#left-step-name") == "perplexity 750"
    assert text(page, "#left-chosen") == "t-SNE: perplexity 750"
    assert all(a != b for a, b in zip(pictures(page, "left", "left-diagram"), before, strict=True))


def test_points_move_smoothly_to_their_new_places(tab: Page, report: Path) -> None:
    tab.open(report, still=False)
    # Frames come when the test says so, at the time that it says.
    tab.run("window.asked = []; window.requestAnimationFrame = (draw) => asked.push(draw)")
    draw = "asked.splice(0).forEach((draw) => draw(shown.left.motion + {}))"
    at = f"{draw}, shown.left.places[0]"
    slide(tab, "left", "perplexity 5")
    start = tab.run(at.format(1000))
    slide(tab, "left", "perplexity 750")
    between, end = tab.run(at.format(100)), tab.run(at.format(1000))
    assert min(start, end) < between < max(start, end)
    slide(tab, "left", "perplexity 5")
    assert tab.run(at.format(1000)) == pytest.approx(start)
    assert tab.errors == []


def test_scores_are_those_of_both_embeddings(page: Page) -> None:
    choose(page, "left-series", "t-SNE")
    click(page, "#explorer details summary")
    scores = CONTENT.scores[
        (CONTENT.scores["dataset"] == "spheres")
        & (CONTENT.scores["metric"] == "trustworthiness")
        & (CONTENT.scores["stage"] == "benchmark")
    ]
    first = text(page, "#scores tr")
    assert first.startswith("Trustworthiness ↑")
    expected = [
        scores.loc[scores["method"] == each, "value"].iloc[0] for each in ("tsne", "topoae")
    ]
    assert [float(each) for each in first.split()[-2:]] == pytest.approx(expected, rel=1e-3)
    assert page.run("[...find('scores').rows].every((row) => row.cells.length === 3)")
    assert "Sliced Wasserstein distance ↓ scaled by its sum" in text(page, "#scores")


def test_scales_and_views_redraw_the_diagrams(page: Page) -> None:
    common = pictures(page, *DIAGRAMS)
    click(page, "input[name=scale][value=own]")
    own = pictures(page, *DIAGRAMS)
    assert sum(a == b for a, b in zip(own, common, strict=True)) == 1  # of the longest deaths
    click(page, "input[name=view][value=order]")
    assert all(a != b for a, b in zip(pictures(page, *DIAGRAMS), own, strict=True))
    click(page, "input[name=view][value=diagram]")
    click(page, "input[name=scale][value=common]")
    assert pictures(page, *DIAGRAMS) == common


@pytest.mark.parametrize("edges", ["input", "embedding"])
def test_trees_are_drawn_on_both_sides_with_their_meaning(page: Page, edges: str) -> None:
    before = pictures(page, *SIDES)
    assert n_shown(page, "#edge-colours") == 0
    click(page, f"input[name=edges][value={edges}]")
    assert n_shown(page, "#edge-colours") == 1
    assert all(a != b for a, b in zip(pictures(page, *SIDES), before, strict=True))
    click(page, "input[name=edges][value=none]")
    assert pictures(page, *SIDES) == before


@pytest.mark.parametrize("colour", ["density", "trust", "loss", "stability"])
def test_points_are_coloured_by_what_they_have_to_do_with_the_scores(
    page: Page, colour: str
) -> None:
    before = pictures(page, *SIDES)
    choose(page, "colour", colour)
    assert all(a != b for a, b in zip(pictures(page, *SIDES), before, strict=True))
    assert n_shown(page, "#ramp-meaning") == 1
    page.run("mark(3)")
    assert page.run(f"COLOURINGS[{colour!r}].title").lower() in text(page, "#point")
    # Of digits, whose points the page does not have, there is stability alone.
    choose(page, "dataset", "Digits")
    assert ("not known" in text(page, "#ramp-meaning")) == (colour != "stability")


def test_loops_of_the_input_are_drawn_in_both_embeddings_and_in_dimension_1(page: Page) -> None:
    assert n_shown(page, "#dimension, #cycle") == 0
    choose(page, "dataset", "Digits")
    before = pictures(page, *SIDES, *DIAGRAMS)
    assert options(page, "cycle") == ["None", "All", "1: from 1 to 4"]
    choose(page, "cycle", "0")
    click(page, "input[name=dimension][value='1']")
    after = pictures(page, *SIDES, *DIAGRAMS)
    assert all(a != b for a, b in zip(after, before, strict=True))
    assert text(page, "#input-last") == "2 loops"
    # Another dataset has none.
    choose(page, "dataset", "SPHERES")
    assert n_shown(page, "#dimension, #cycle") == 0
    assert "last death" in text(page, "#input-last")


def test_slider_goes_by_itself_to_its_end(page: Page) -> None:
    page.run("find('left-step').value = find('left-step').max - 1")
    click(page, "#left-play")
    assert page.run("shown.left.item.step") == "perplexity 750"
    assert text(page, "#left-play") == "Play"
    click(page, "#left-play")
    assert page.run("shown.left.item.step") == "perplexity 5"
    assert text(page, "#left-play") == "Stop"
    click(page, "#left-play")
    assert text(page, "#left-play") == "Play"


def test_what_failed_shows_its_reason(page: Page) -> None:
    choose(page, "left-series", "AE")
    choose(page, "sample", "split 1")
    assert text(page, "#left-reason") == "No embedding: failed: ran longer than its limit of 60 s"
    assert is_blank(page, "left")
    assert not is_blank(page, "right")
    choose(page, "sample", "split 0")
    assert n_shown(page, "#left-reason") == 0
    assert not is_blank(page, "left")


def test_what_is_unavailable_shows_its_reason(page: Page) -> None:
    choose(page, "dataset", "SPHERES, 2x")
    assert "unavailable: its files are in no folder & on no <mirror>" in text(page, "#left-reason")
    assert n_shown(page, "#classes button") == 0
    choose(page, "dataset", "SPHERES")
    assert not is_blank(page, "left")


def test_point_below_the_mouse_is_lit_on_both_sides_and_its_deaths_in_the_diagrams(
    page: Page,
) -> None:
    before = pictures(page, *SIDES, *DIAGRAMS)
    page.point_at(*place_of(page, "right", 3))
    label = CONTENT.inputs[0].labels[3]
    assert text(page, "#point").startswith(f"Point 3: class {label}")
    now = pictures(page, *SIDES, *DIAGRAMS)
    assert all(a != b for a, b in zip(now, before, strict=True))
    page.point_at(5, 5)
    assert text(page, "#point").startswith("Point at a picture")
    assert pictures(page, *SIDES, *DIAGRAMS) == before


def test_point_tells_how_far_its_neighbours_can_be_trusted(page: Page) -> None:
    page.run("mark(3)")
    lost = page.run("SIDES.map((side) => shadesOf(shown[side].item, 'trust')[3])")
    left, right = (f"{1 - each:.3g}" for each in lost)
    assert f"; trustworthiness here left {left}, right {right}; " in text(page, "#point")
    near = []
    for side in SIDES:
        points = np.reshape(page.run(f"[...pointsOf(shown.{side}.item)]"), (-1, 2))
        order = np.argsort(np.linalg.norm(points - points[3], axis=1), kind="stable")
        near.append(set(order[1:16].tolist()))
    n_shared = len(near[0] & near[1])
    assert f"; left and right share {n_shared} of its 15 neighbours; " in text(page, "#point")
    # The same embedding on both sides shares all; of digits the page does not have the points.
    choose(page, "dataset", "Digits")
    choose(page, "left-series", "UMAP")
    choose(page, "right-series", "UMAP")
    page.run("mark(3)")
    assert "share 15 of its 15 neighbours" in text(page, "#point")
    assert "trustworthiness" not in text(page, "#point")


def test_box_lights_its_points_on_both_sides(page: Page) -> None:
    x, y = place_of(page, "left", 3)
    before = pictures(page, *SIDES, *DIAGRAMS)
    page.drag((x - 30, y - 30), (x + 30, y + 30))
    places = np.reshape(page.run("[...shown.left.places]"), (-1, 2))
    middle = places[3]
    inside = np.flatnonzero((np.abs(places - middle) <= 30).all(axis=1)).tolist()
    chosen = page.run("[...shown.chosen.keys()].filter((i) => shown.chosen[i])")
    assert chosen == inside
    assert 3 in chosen
    assert "points chosen" in text(page, "#point")
    now = pictures(page, *SIDES, *DIAGRAMS)
    assert all(a != b for a, b in zip(now, before, strict=True))
    page.point_at(5, 5)
    click(page, "#clear")
    assert pictures(page, *SIDES, *DIAGRAMS) == before


def test_click_lights_the_neighbours_of_a_point(page: Page) -> None:
    place = place_of(page, "left", 3)
    page.drag(place, place)
    assert page.run("shown.chosen.reduce((sum, each) => sum + each)") == 16
    assert page.run("shown.chosen[3]") == 1


def test_pictures_of_points_come_with_their_licence(page: Page) -> None:
    assert n_shown(page, "#pictures") == 0
    choose(page, "dataset", "MNIST")
    assert is_blank(page, "picture-strip")
    assert text(page, "#no-picture").startswith("Point at a point")
    page.point_at(*place_of(page, "left", 3))
    assert not is_blank(page, "picture-strip")
    assert n_shown(page, "#no-picture") == 0
    assert text(page, "#licence") == "Pictures: Nobody's."


def test_keyboard_goes_from_point_to_point(page: Page) -> None:
    last = len(CONTENT.inputs[0].labels) - 1
    page.run("find('right').focus()")
    for key, index in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("End", last)):
        page.press(key)
        assert text(page, "#point").startswith(f"Point {index}: class ")
    assert "class outer" in text(page, "#point")
    page.press("Enter")
    assert page.run("shown.chosen.reduce((sum, each) => sum + each)") == 16
    page.press("Escape")
    assert text(page, "#point").startswith("Point at a picture")
    assert page.run("shown.chosen") is None


def test_view_can_be_sent_by_its_address(tab: Page, report: Path) -> None:
    tab.open(report)
    choose(tab, "sample", "split 1")
    choose(tab, "left-series", "t-SNE over perplexity")
    slide(tab, "left", "perplexity 200")
    choose(tab, "right-series", "UMAP")
    choose(tab, "colour", "loss")
    click(tab, "input[name=edges][value=input]")
    tab.run("choosePoints([2, 5, 9])")
    sent = tab.run("new Promise((done) => setTimeout(() => done(location.hash), 400))")
    before = pictures(tab, *SIDES, *DIAGRAMS)
    tab.open(report, at=sent)
    assert pictures(tab, *SIDES, *DIAGRAMS) == before
    assert text(tab, "#left-step-name") == "perplexity 200"
    # What this page does not have is passed over.
    tab.open(report, at="#explorer:dataset=ELSEWHERE&left-step=7&class=x&colour=none")
    assert tab.run("find('dataset').value") == "SPHERES"
    assert tab.errors == []


def test_everything_can_be_reached_by_tabulator(page: Page) -> None:
    click(page, "#verdicts summary")
    reached = []
    # Every group of metrics that folds is reached too.
    for _ in range(160):
        page.press("Tab")
        reached.append(page.run("document.activeElement.id || document.activeElement.name"))
    for each in ("outcome", "unfold", "dataset", "sample", "left", "right", "view"):
        assert each in reached


def test_class_is_brought_out_on_both_sides_until_chosen_again(page: Page) -> None:
    choose(page, "left-series", "t-SNE")
    before = pictures(page, *SIDES)
    pressed = "find('classes').firstChild.getAttribute('aria-pressed')"
    click(page, "#classes button")
    assert all(a != b for a, b in zip(pictures(page, *SIDES), before, strict=True))
    assert page.run(pressed) == "true"
    choose(page, "left-series", "UMAP")
    assert page.run(pressed) == "true"
    choose(page, "left-series", "t-SNE")
    click(page, "#classes button")
    assert pictures(page, *SIDES) == before


def test_names_of_classes_do_not_cover_each_other(page: Page) -> None:
    # All points in a corner, and the names of classes as they are written there.
    names = page.run(
        """(() => {
          const { pen } = clear(find("left")), labels = labelsOf(shown.input), written = [];
          const places = Float32Array.from({ length: 2 * labels.length }, (_, i) => 100 + (i % 37));
          pen.fillText = (text, x, y) => written.push([pen.measureText(text).width, x, y]);
          const { outer, classes } = shown.input;
          nameClasses(pen, places, { labels, outer, classes, brought: null });
          return written;
        })()"""
    )
    assert 1 < len(names) <= 10
    for (one, x, y), (other, across, up) in combinations(names, 2):
        assert abs(x - across) >= (one + other) / 2 or abs(y - up) >= 13


def test_verdicts_are_folded_until_one_is_asked_for(page: Page) -> None:
    assert n_shown(page, "tr[data-outcome]") == 0
    click(page, ".finding a[href='#encloses']")
    page.run("new Promise((done) => setTimeout(done, 100))")
    assert n_shown(page, ".reading#encloses") == 1


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (400, False)])
def test_link_to_a_reading_shows_it_below_its_verdict_and_quote(
    tab: Page, report: Path, width: int, dark: bool
) -> None:
    tab.open(report, width=width, dark=dark)
    # The last reading of a conclusion with several, with more of them than the window holds.
    row, reading = "document.getElementById('first-or-second')", "topoae-first-or-second-mnist"
    tab.run(f"{row}.querySelector('.reading p').append('. many lines'.repeat(2000))")
    tab.run(f"location.hash = {reading!r}")
    tab.run("new Promise((done) => setTimeout(done, 100))")
    ends = [
        tab.run(f"(({{ top, bottom }}) => [top, bottom])({each}.getBoundingClientRect())")
        for each in (
            f"{row}.querySelector('td .badge')",
            f"{row}.querySelector('td:last-child strong')",
            f"document.getElementById({reading!r})",
        )
    ]
    (verdict, quote, target) = ends
    assert min(verdict[0], quote[0]) >= 0
    assert max(verdict[1], quote[1]) <= target[0] < 300
    colour = "getComputedStyle({}).backgroundColor"
    assert tab.run(colour.format(f"document.getElementById({reading!r})")) == (
        "rgb(55, 50, 28)" if dark else "rgb(255, 243, 196)"
    )
    assert tab.errors == []


def test_finding_leads_to_its_view_in_the_explorer(page: Page) -> None:
    page.run("scrollTo(0, 0)")
    click(page, ".finding a[href^='#explorer:']")
    page.run("new Promise((done) => setTimeout(done, 100))")
    chosen = page.run("['dataset', 'left-series', 'right-series'].map((id) => find(id).value)")
    assert chosen == ["SPHERES", "PCA", "UMAP"]
    assert abs(page.run("find('explorer').getBoundingClientRect().top")) < 5


def test_cards_of_different_heights_leave_no_holes(page: Page) -> None:
    boxes = page.run(
        """(() => {
          const cards = document.querySelector(".findings"), last = cards.lastElementChild;
          for (const height of [300, 90, 150, 260]) {
            cards.append(last.cloneNode(true));
            cards.lastElementChild.style.height = `${height}px`;
          }
          const boxes = [...cards.children].map((each) => each.getBoundingClientRect());
          return boxes.map(({ left, top, bottom }) => [left, top, bottom]);
        })()"""
    )
    columns = {left: sorted(box[1:] for box in boxes if box[0] == left) for left, _, _ in boxes}
    assert len(columns) == 2
    for stack in columns.values():
        assert all(0 <= below[0] - above[1] < 40 for above, below in pairwise(stack))


def test_verdicts_are_filtered_by_outcome(page: Page) -> None:
    click(page, "#verdicts summary")
    assert n_shown(page, "tr[data-outcome]") == 3
    click(page, "input[value='does not hold']")
    assert n_shown(page, "tr[data-outcome]") == 2
    assert n_shown(page, "tr[data-outcome='does not hold']") == 0
    click(page, "input[value='does not hold']")
    assert n_shown(page, "tr[data-outcome]") == 3


def test_readings_and_rules_unfold_one_by_one_and_all_at_once(page: Page) -> None:
    click(page, "#verdicts summary")
    shown = ".verdicts .reading > p"
    assert n_shown(page, shown) == 0
    page.run("document.querySelector('.verdicts tr > td:last-child summary').focus()")
    page.press("Enter")
    assert n_shown(page, shown) == 1
    assert n_shown(page, ".reading details p") == 0
    click(page, "#unfold")
    assert n_shown(page, shown) == n_shown(page, ".reading details p:first-of-type") == 4
    click(page, "#unfold")
    assert n_shown(page, shown) == 0


@pytest.mark.parametrize("width", [1200, 400])
def test_page_is_never_wider_than_its_window(tab: Page, report: Path, width: int) -> None:
    tab.open(report, width=width)
    assert tab.run("document.documentElement.scrollWidth") <= width
    side, window = tab.run(
        "[find('left').getBoundingClientRect().width, document.body.clientWidth]"
    )
    assert (side > 0.85 * window) == (width == 400)


@pytest.mark.parametrize("width", [1280, 400])
def test_long_names_of_series_keep_their_choice_inside_the_panel(
    tab: Page, report: Path, width: int
) -> None:
    tab.open(report, width=width)
    choose(tab, "left-series", "t-SNE over perplexity")
    tab.run("find('left-series').selectedOptions[0].text += ' from a very long start'.repeat(3)")
    ids = ("left", "left-series", "left-step", "left-play")
    panel, series, step, play = [
        tab.run(f"(({{ right, top }}) => [right, top])(find({each!r}).getBoundingClientRect())")
        for each in ids
    ]
    assert max(series[0], step[0], play[0]) <= panel[0] + 1
    # A wide window has all of them in one row.
    assert (abs(series[1] - play[1]) < 30) == (width == 1280)
    assert tab.errors == []


def test_dark_windows_get_a_dark_page(tab: Page, report: Path) -> None:
    tab.open(report)
    light = [tab.run("getComputedStyle(document.body).backgroundColor"), picture(tab, "left")]
    tab.open(report, dark=True)
    dark = [tab.run("getComputedStyle(document.body).backgroundColor"), picture(tab, "left")]
    assert light[0] == "rgb(255, 255, 255)"
    assert all(int(part) < 60 for part in dark[0][4:-1].split(","))
    assert light[1] != dark[1]
