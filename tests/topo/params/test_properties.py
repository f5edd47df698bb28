"""params.yaml with anything in it: parameters, or one error that names the place."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

import pytest
from dvc.utils.serialize import parse_yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.strategies import ROOT, at_most
from topo.params import Params, ParamsError, parse_params
from topo.params.stages import SplitParams
from topo.theory import EXPERIMENTS

TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
GIVEN = parse_yaml(TEXT, "params.yaml")

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
    started = time.process_time()
    try:
        assert isinstance(answer(), Params)
    except ParamsError as error:
        first, _, rest = str(error).partition("\n")
        assert "params.yaml" in first
        assert len(first) > 30 or len(rest) > 5
        assert len(str(error)) < 10_000
        assert "\x1b" not in str(error)
    assert time.process_time() - started < seconds


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


# --- paths ---

OUTSIDE = ["../../x", "/etc/passwd", "..", ".", "a/b", "a\\b", "~", "spheres/../x", "spheres\n", ""]


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_project(name: str) -> None:
    """Files are named after datasets, methods and stages."""
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
