"""params.yaml with anything in it: parameters, or one error that names the place."""

from __future__ import annotations

import copy
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.strategies import ROOT, at_most
from topo.params import Params, ParamsError, load_params, parse_params
from topo.params.plain import MOST_VALUES
from topo.params.stages import SplitParams
from topo.theory import EXPERIMENTS

TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
GIVEN = yaml.safe_load(TEXT)

Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where anything stands."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for part, child in children:
        yield (*place, part)
        if isinstance(child, dict | list):
            yield from places(child, (*place, part))


def parent(given: Any, place: Place) -> Any:
    for part in place[:-1]:
        given = given[part]
    return given


PLACES = list(places(GIVEN))
VALUES = [
    *(None, True, False, 0, -1, 1, 3, 10**6, 10**30, -(10**5000), 0.5, 1e-320, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf"), "", "5", "0.5", "nan", "yes", "..", "../../etc/x"),
    *("/etc/passwd", "spheres", "tsne", "a\x00b", "\ud800", "\x1b[31m", "x" * 10**5, b"bytes"),
    10**9,
    *(
        [],
        {},
        [1, 2],
        [[]],
        [float("nan")] * 2,
        [50, 5],
        ["tsne", "tsne"],
        {"x": 1},
        {1: 2},
        {"": 0},
    ),
    *({"../x": {}}, [True, 2], {None: 1}, {"a": {"b": {"c": [1]}}}, set(), object(), 1j),
]


def check(answer: Any, *, seconds: float = 2.0) -> None:
    """Call, and accept parameters or an error that says something of a bearable length."""
    started = time.perf_counter()
    try:
        assert isinstance(answer(), Params)
    except ParamsError as error:
        first, _, rest = str(error).partition("\n")
        assert "params.yaml" in first
        assert len(first) > 30 or len(rest) > 5
        assert len(str(error)) < 10_000
        assert "\x1b" not in str(error)
    assert time.perf_counter() - started < seconds


@at_most(400)
@given(st.data())
def test_any_value_in_any_place_is_taken_or_named(data: Any) -> None:
    given = copy.deepcopy(GIVEN)
    changed = []
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(PLACES))
        try:
            into = parent(given, place)
            into[place[-1]] = data.draw(st.sampled_from(VALUES))
        except (KeyError, IndexError, TypeError):
            continue  # what was changed before is above
        changed.append(place)
    check(lambda: parse_params(given))


@pytest.mark.parametrize("value", [True, float("nan"), object(), "\x1b", [], -(10**400)])
def test_the_place_is_in_the_message(value: Any) -> None:
    for place in PLACES:
        if isinstance(parent(GIVEN, place)[place[-1]], int | float):
            given = copy.deepcopy(GIVEN)
            parent(given, place)[place[-1]] = value
            with pytest.raises(ParamsError) as caught:
                parse_params(given)
            # A number of a list may be named by its list.
            assert str(place[-1] if isinstance(place[-1], str) else place[-2]) in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("n_outer", 90_000_000), ("dimension", 10**9)])
def test_points_beyond_memory_are_refused_before_they_are_made(name: str, value: int) -> None:
    given = copy.deepcopy(GIVEN)
    given["datasets"]["spheres"][name] = value
    with pytest.raises(ParamsError, match=r"spheres\.n_points x dimension must be at most 100,00"):
        parse_params(given)


@at_most(80)
@given(st.sampled_from(PLACES), st.sampled_from(["delete", "rename", "swap"]), st.data())
def test_missing_and_other_keys_are_named(place: Place, how: str, data: Any) -> None:
    given = copy.deepcopy(GIVEN)
    into = parent(given, place)
    if how == "swap":
        other = data.draw(st.sampled_from(PLACES))
        into[place[-1]] = parent(GIVEN, other)[other[-1]]
    else:
        moved = into.pop(place[-1])
        if how == "rename" and isinstance(into, dict):
            into[data.draw(st.text(max_size=5))] = moved
    check(lambda: parse_params(given))


# --- as a file ---


def load(folder: Path, content: str | bytes) -> Params:
    path = folder / "params.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_params(path)


def bomb(levels: int, width: int) -> str:
    """Aliases of aliases: width ** levels values in levels lines."""
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]")
    return "\n".join(lines) + "\n"


FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "must map stages to parameters, got NoneType"),
    "comments": ("# nothing\n# at all\n", "must map stages to parameters, got NoneType"),
    "text": ("stages", "must map stages to parameters, got str"),
    "list": ("- split\n", "must map stages to parameters, got list"),
    "two documents": (TEXT + "---\n" + TEXT, "but found another document"),
    "tabs": (
        TEXT.replace("  seed: 42", "\tseed: 42"),
        "cannot start any token\n  in .params.yaml.",
    ),
    "NUL": (b"split: \x00\n", "unacceptable character #x0000"),
    "not UTF-8": (b"split: {}\n\xff\xfe", "must be UTF-8 text, got byte 0xff at position 10: save"),
    "UTF-16": (TEXT.encode("utf-16"), "must be UTF-8 text"),
    "doubled stage": (TEXT + "split: {}\n", "key 'split' stands twice .* line 4"),
    "doubled key": (TEXT.replace("n_trials:", "seed: 3\n  n_trials:"), "key 'seed' stands twice"),
    "number as key": ("1: 2\n", "a key must be text, got '1'"),
    "list as key": ("? [a]\n: 1\n", "a key must be text, got a list or a mapping"),
    "merge": ("a: &a {b: 1}\nc:\n  <<: *a\n", "a key must be text, got '<<'.*line 3"),
    "os.system": (
        TEXT.replace("seed: 0", "seed: !!python/object/apply:os.system [touch ran]", 1),
        "could not determine a constructor for the tag .*os.system.*\n.*line 38",
    ),
    "object": ("a: !!python/object:topo.params.Params {}\n", "could not determine a constructor"),
    "name": ("a: !!python/name:os.system\n", "could not determine a constructor"),
    "module": ("a: !!python/module:this\n", "could not determine a constructor"),
    "own tag": ("a: !study 3\n", "could not determine a constructor for the tag '!study'"),
    "binary": ("a: !!binary aGk=\n", "a: a parameter is text, .* got bytes"),
    "date": ("a: 2026-01-01\n", "a: a parameter is text, .* got date: write"),
    "time": ("a: 2026-01-01 10:00:00\n", "a: a parameter is text, .* got datetime: write"),
    "no date": ("a: 2026-99-99\n", "'2026-99-99' cannot be read as timestamp.*\n.*line 1"),
    "set": ("a: !!set {b, c}\n", "a: a parameter is text, .* got set"),
    "no int": ("a: !!int ''\n", "'' cannot be read as int.*\n.*line 1"),
    "no float": ("a: !!float x\n", "'x' cannot be read as float"),
    "no bool": ("a: !!bool maybe\n", "'maybe' cannot be read as bool"),
    "no mapping": ("a: !!map [[b, c]]\n", "expected a mapping node"),
    "beyond Unicode": ('a: "\\UFFFFFFFF"\n', "params.yaml is not valid YAML"),
    "surrogate": ('a: "\\uD800"\n', "a: must be at most 200 printable characters"),
    "long number": (f"a: 0x{'f' * 5000}\n", "a: a whole number must lie within"),
    "longer number": (f"a: {'9' * 5000}\n", "cannot be read as int"),
    "sixties": (f"a: 1{':59' * 200}.5\n", "cannot be read as float"),
    "version": (f"%YAML {'9' * 5000}.1\n--- a\n", "params.yaml is not valid YAML"),
    "deep": ("[" * 3000, "is nested too deeply: write it flat"),
    "itself": ("a: &a [*a]\n", "up to 20 levels deep, .* from a.0.0.0"),
    "itself in a mapping": ("a: &a {b: *a}\n", "up to 20 levels deep, .* from a.b.b"),
    "many laughs": (bomb(9, 10), f"at most {MOST_VALUES:,} values, .* write fewer"),
    "wide laughs": (bomb(3, 1000), f"at most {MOST_VALUES:,} values, .* write fewer"),
    "laughs as a number": (
        bomb(9, 10) + TEXT.replace("n_trials: 12", "n_trials: *a8"),
        f"at most {MOST_VALUES:,} values",
    ),
    "laughs as a key": (bomb(9, 10) + "? *a8\n: 1\n? *a7\n: 2\n", "a key must be text"),
    "yes": (TEXT.replace("repetitions: 5", "repetitions: yes", 1), "repetitions: no parameter is"),
}


@pytest.mark.parametrize("kind", FILES)
def test_unusable_file_is_one_error_within_seconds(tmp_path: Path, kind: str) -> None:
    content, words = FILES[kind]
    started = time.perf_counter()
    with pytest.raises(ParamsError, match=f"(?s){words}"):
        load(tmp_path, content)
    assert time.perf_counter() - started < 4
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


def test_byte_order_mark_and_aliases_change_nothing(tmp_path: Path) -> None:
    expected = load_params(ROOT / "params.yaml")
    assert load(tmp_path, b"\xef\xbb\xbf" + TEXT.encode()) == expected
    aliased = TEXT.replace("hidden: [32, 32]", "hidden: &widths [32, 32]", 1)
    assert load(tmp_path, aliased.replace("hidden: [32, 32]", "hidden: *widths")) == expected


pieces = st.sampled_from(
    [
        *"abc012:-?[]{}&*!|>'\"%@`#,.~<= \n\t\r\u2028\ufeff\x85",
        *("\n  ", "<<: ", "&a ", "*a", "!!", "!!int ", "!!set ", "---\n", "...", "0x", "1_0"),
        *(".inf", ".nan", "? ", ": ", "- "),
    ]
)


@at_most(200)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.lists(pieces, max_size=8).map("".join))
def test_edited_file_is_taken_or_named(tmp_path: Path, start: int, cut: int, added: str) -> None:
    check(lambda: load(tmp_path, TEXT[:start] + added + TEXT[start + cut :]))


@at_most(200)
@given(st.binary(max_size=40) | st.lists(pieces, max_size=40).map(lambda p: "".join(p).encode()))
def test_any_bytes_are_taken_or_named(tmp_path: Path, content: bytes) -> None:
    check(lambda: load(tmp_path, content))


# --- paths ---

OUTSIDE = ["../../x", "/etc/passwd", "..", ".", "a/b", "a\\b", "~", "spheres/../x", "spheres\n", ""]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_project(name: str) -> None:
    """Files are named after datasets, methods and stages: each is one of a registry."""
    named: list[tuple[Place, Any]] = [
        (("datasets", name), GIVEN["datasets"]["spheres"]),
        (("methods", name), GIVEN["methods"]["tsne"]),
        (("methods", "ae", "per_dataset", name), {}),
        (("benchmark", "datasets"), [name]),
        (("benchmark", "methods"), [name]),
        (("benchmark", "metrics"), [name]),
        (("sweep", "datasets", name), {"repetitions": 1}),
        (("sweep", "epochs", "dataset"), name),
        (("sweep", "metrics"), [name]),
        (("tune", "takes_from", name), "spheres"),
        (("tune", "takes_from", "digits"), name),
        (("tune", "search", name), {}),
        (("tune", "search", "spheres", name), {}),
        (("tune", "objective"), name),
        (("theory", "experiments", name), {}),
        (("theory", "experiments", "theorem_1", "lines", name), line()),
        (("datasets", "mnist", "images"), name),
    ]
    for place, value in named:
        given = copy.deepcopy(GIVEN)
        parent(given, place)[place[-1]] = copy.deepcopy(value)
        with pytest.raises(ParamsError):
            parse_params(given)


def line() -> Any:
    return GIVEN["theory"]["experiments"]["theorem_1"]["lines"]["three_points"]


def test_cases_cannot_take_another_cases_name() -> None:
    fields = copy.deepcopy(GIVEN["theory"]["experiments"]["theorem_1"])
    fields["lines"]["circle/m=20"] = line()
    with pytest.raises(ValueError, match=r"lines\.circle/m=20\.\[key\]\n  String should match"):
        EXPERIMENTS["theorem_1"](**fields)


def test_split_params_refuse_other_seeds() -> None:
    with pytest.raises(ValueError, match="seed\n  Input should be a valid integer"):
        SplitParams(fractions={"train": 0.6, "validation": 0.2, "test": 0.2}, seed=0.5)


def test_a_dumped_file_is_the_same_file(tmp_path: Path) -> None:
    stream = io.StringIO()
    yaml.safe_dump(GIVEN, stream)
    assert load(tmp_path, stream.getvalue()) == parse_params(GIVEN)
