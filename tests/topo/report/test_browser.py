"""The report page in a real browser: it opens, obeys, and asks for nothing."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.topo.report.browser import CHROMIUM, Page, browser
from tests.topo.report.synthetic_report import PERPLEXITIES, synthetic_report
from tests.topo.report.test_page import EVIL, evil_content
from topo.report import render_report

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium, which Debian has as the package chromium"
)

CONTENT = synthetic_report()


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser for all tests of this file."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as page:
        yield page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small report as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(CONTENT), encoding="utf-8")
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


def test_study_of_full_size_is_small_and_opens_fast(tab: Page, tmp_path: Path) -> None:
    content = synthetic_report(share=1.6, n_splits=5, n_seeds=3)
    assert len(content.embeddings) > 180
    path = tmp_path / "full.html"
    path.write_text(render_report(content), encoding="utf-8")
    assert path.stat().st_size < 15e6
    # The better of two, since other tests may have the machine.
    assert min(tab.open(path), tab.open(path)) < 3
    assert tab.errors == []
    assert tab.run("shown.labels.length") == 3200


def test_foreign_names_are_text_in_the_explorer_too(tab: Page, tmp_path: Path) -> None:
    path = tmp_path / "evil.html"
    path.write_text(render_report(evil_content()), encoding="utf-8")
    tab.open(path)
    choose(tab, "dataset", EVIL)
    choose(tab, "method", EVIL)
    assert EVIL in text(tab, "#chosen")
    choose(tab, "method", "AE")
    choose(tab, "repetition", "split 1")
    assert EVIL in text(tab, "#reason")
    assert n_shown(tab, "img[src=x]") == 0
    assert tab.errors == []


def test_choices_list_what_there_is(page: Page) -> None:
    assert options(page, "stage") == ["Benchmark", "Sweep"]
    assert options(page, "dataset")[:3] == ["SPHERES", "MNIST", "Digits"]
    assert options(page, "method") == ["t-SNE", "UMAP", "AE", "TopoAE", "PCA", "Random"]
    assert options(page, "repetition") == ["split 0", "split 1", "split 0, seed 1"]


@pytest.mark.parametrize(
    ("level", "title"),
    [("dataset", "MNIST"), ("method", "TopoAE"), ("repetition", "split 1"), ("stage", "Sweep")],
)
def test_choices_change_the_pictures_and_the_scores(page: Page, level: str, title: str) -> None:
    seen = [picture(page, canvas) for canvas in ("embedding", "latent-diagram")]
    scores = text(page, "#scores")
    choose(page, level, title)
    now = [picture(page, canvas) for canvas in ("embedding", "latent-diagram")]
    assert now[0] != seen[0]
    assert now[1] != seen[1] or level == "dataset"
    if level in ("method", "repetition"):
        assert text(page, "#scores") != scores


def test_choices_are_kept_where_they_still_exist(page: Page) -> None:
    choose(page, "method", "UMAP")
    choose(page, "repetition", "split 1")
    choose(page, "dataset", "MNIST")
    chosen = [page.run(f"find({level!r}).value") for level in ("method", "repetition")]
    assert chosen == ["UMAP", "split 1"]


def test_sweep_has_a_choice_of_perplexity(page: Page) -> None:
    assert n_shown(page, "#setting") == 0
    choose(page, "stage", "Sweep")
    assert n_shown(page, "#setting") == 1
    assert options(page, "setting") == [f"perplexity {each}" for each in PERPLEXITIES]
    before = picture(page, "latent-diagram")
    choose(page, "setting", "perplexity 750")
    assert picture(page, "latent-diagram") != before
    assert text(page, "#chosen") == "t-SNE: perplexity 750"


def test_scores_are_those_of_the_embedding(page: Page) -> None:
    choose(page, "method", "TopoAE")
    rows = CONTENT.scores[
        (CONTENT.scores["dataset"] == "spheres")
        & (CONTENT.scores["method"] == "topoae")
        & (CONTENT.scores["metric"] == "trustworthiness")
    ]
    first = text(page, "#scores tr")
    assert first.startswith("Trustworthiness ↑")
    assert float(first.split()[-1]) == pytest.approx(rows["value"].iloc[0], rel=1e-3)


def test_scales_and_views_redraw_the_diagrams(page: Page) -> None:
    def both() -> list[str]:
        return [picture(page, canvas) for canvas in ("input-diagram", "latent-diagram")]

    common = both()
    click(page, "input[name=scale][value=own]")
    own = both()
    # The input's deaths are the larger ones, so that its own scale is the common one.
    assert own[0] == common[0]
    assert own[1] != common[1]
    click(page, "input[name=view][value=order]")
    assert all(now != before for now, before in zip(both(), own, strict=True))
    click(page, "input[name=view][value=diagram]")
    click(page, "input[name=scale][value=common]")
    assert both() == common


def test_what_failed_shows_its_reason(page: Page) -> None:
    choose(page, "method", "AE")
    choose(page, "repetition", "split 1")
    assert text(page, "#reason") == "No embedding: failed: ran longer than its limit of 60 s"
    assert is_blank(page, "embedding")
    choose(page, "repetition", "split 0")
    assert n_shown(page, "#reason") == 0
    assert not is_blank(page, "embedding")


def test_what_is_unavailable_shows_its_reason(page: Page) -> None:
    choose(page, "dataset", "SPHERES, 2x")
    assert "unavailable: its files are in no folder & on no <mirror>" in text(page, "#reason")


def test_mouse_names_the_point_below_it(page: Page) -> None:
    page.run("find('embedding').scrollIntoView({ block: 'center' })")
    index = 3
    place = page.run(
        f"""(() => {{
          const box = find("embedding").getBoundingClientRect();
          return [box.left + shown.places[{2 * index}], box.top + shown.places[{2 * index + 1}]];
        }})()"""
    )
    before = picture(page, "embedding")
    page.point_at(*place)
    label = CONTENT.inputs[0].labels[index]
    assert text(page, "#point").startswith(f"Point {index}: class {label}")
    assert picture(page, "embedding") != before
    page.point_at(place[0], 5)
    assert text(page, "#point").startswith("Point at the picture")


def test_keyboard_goes_from_point_to_point(page: Page) -> None:
    last = len(CONTENT.inputs[0].labels) - 1
    page.run("find('embedding').focus()")
    for key, index in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("End", last)):
        page.press(key)
        assert text(page, "#point").startswith(f"Point {index}: class ")
    assert "class outer" in text(page, "#point")
    page.press("Escape")
    assert text(page, "#point").startswith("Point at the picture")


def test_everything_can_be_reached_by_tabulator(page: Page) -> None:
    reached = []
    # Every group of metrics that folds is reached too.
    for _ in range(120):
        page.press("Tab")
        reached.append(page.run("document.activeElement.id || document.activeElement.name"))
    for each in ("outcome", "unfold", "dataset", "method", "repetition", "embedding", "view"):
        assert each in reached


def test_class_is_brought_out_until_chosen_again(page: Page) -> None:
    before = picture(page, "embedding")
    click(page, "#classes button")
    assert picture(page, "embedding") != before
    assert page.run("find('classes').firstChild.getAttribute('aria-pressed')") == "true"
    choose(page, "method", "UMAP")
    assert page.run("find('classes').firstChild.getAttribute('aria-pressed')") == "true"
    choose(page, "method", "t-SNE")
    click(page, "#classes button")
    assert picture(page, "embedding") == before


def test_verdicts_are_filtered_by_outcome(page: Page) -> None:
    assert n_shown(page, "tr[data-outcome]") == 3
    click(page, "input[value='does not hold']")
    assert n_shown(page, "tr[data-outcome]") == 2
    assert n_shown(page, "tr[data-outcome='does not hold']") == 0
    click(page, "input[value='does not hold']")
    assert n_shown(page, "tr[data-outcome]") == 3


def test_readings_and_rules_unfold_one_by_one_and_all_at_once(page: Page) -> None:
    shown = ".verdicts .reading > p"
    assert n_shown(page, shown) == 0
    page.run("document.querySelector('.verdicts summary').focus()")
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
        "[find('embedding').getBoundingClientRect().width, document.body.clientWidth]"
    )
    assert (side > 0.85 * window) == (width == 400)


def test_dark_windows_get_a_dark_page(tab: Page, report: Path) -> None:
    tab.open(report)
    light = [tab.run("getComputedStyle(document.body).backgroundColor"), picture(tab, "embedding")]
    tab.open(report, dark=True)
    dark = [tab.run("getComputedStyle(document.body).backgroundColor"), picture(tab, "embedding")]
    assert light[0] == "rgb(255, 255, 255)"
    assert all(int(part) < 60 for part in dark[0][4:-1].split(","))
    assert light[1] != dark[1]
