"""params.yaml as a file: read as DVC reads it, or one error that names the place."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.serialize import dumps_yaml, load_yaml, parse_yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.topo.params.test_properties import GIVEN, TEXT, check
from tests.topo.strategies import ROOT, at_most
from topo.params import Params, ParamsError, load_params, parse_params
from topo.params.reading import MOST_VALUES


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


def line_of(text: str) -> int:
    """Line of params.yaml in which a text stands first."""
    return TEXT[: TEXT.index(text)].count("\n") + 1


FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "must map stages to parameters, got NoneType"),
    "comments": ("# nothing\n# at all\n", "must map stages to parameters, got NoneType"),
    "text": ("stages", "must map stages to parameters, got str"),
    "list": ("- split\n", "must map stages to parameters, got list"),
    "two documents": (TEXT + "---\n" + TEXT, "but found another document"),
    "tabs": (
        TEXT.replace("  seed: 42", "\tseed: 42"),
        "tab character that violates indentation\n"
        f"  in .params.yaml., line {line_of('  seed: 42')}",
    ),
    "NUL": (b"split: \x00\n", "unacceptable character #x0000"),
    "not UTF-8": (b"split: {}\n\xff\xfe", "must be UTF-8 text, got byte 0xff at position 10: save"),
    "UTF-16": (TEXT.encode("utf-16"), "must be UTF-8 text"),
    "doubled stage": (TEXT + "split: {}\n", "key 'split' stands twice .* line "),
    "doubled key": (
        TEXT.replace("n_trials:", "seed: 3\n  n_trials:", 1),
        "key 'seed' stands twice",
    ),
    "number as key": ("1: 2\n", "a key must be text, got '1'"),
    "list as key": ("? [a]\n: 1\n", "a key must be text, got a list or a mapping"),
    "merge": ("a: &a {b: 1}\nc:\n  <<: *a\n", "a key must be text, got '<<'.*line 3"),
    "os.system": (
        TEXT.replace("seed: 0", "seed: !!python/object/apply:os.system [touch ran]", 1),
        f"could not determine a constructor for the tag .*os.system.*\n.*line {line_of('seed: 0')}",
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
    "surrogate": ('a: "\\uD800"\n', "invalid Unicode character escape code\n.*line 1"),
    "long number": (f"a: 0x{'f' * 5000}\n", "a: a whole number must lie within"),
    "longer number": (f"a: {'9' * 5000}\n", "cannot be read as int"),
    "sixties": (f"a: 1{':59' * 200}.5\n", "a: must be at most 200 printable characters"),
    "version": ("%YAML 1.1\n---\n" + TEXT, "the line %YAML must not be there.*\n.*line 1"),
    "long version": (f"%YAML {'9' * 5000}.1\n--- a\n", "params.yaml is not valid YAML"),
    "deep": ("[" * 100_000, "must be at most 100 levels: write it flat\n.*line 1, column 101"),
    "no digit": ("a: 0o_\n", "'0o_' cannot be read as int.*\n.*line 1"),
    "itself": ("a: &a [*a]\n", "up to 20 levels deep, .* from a.0.0.0"),
    "itself in a mapping": ("a: &a {b: *a}\n", "up to 20 levels deep, .* from a.b.b"),
    "many laughs": (bomb(9, 10), f"at most {MOST_VALUES:,} values, .* write fewer"),
    "wide laughs": (bomb(3, 1000), f"at most {MOST_VALUES:,} values, .* write fewer"),
    "laughs as a number": (
        bomb(9, 10) + TEXT.replace("n_trials: 12", "n_trials: *a8"),
        f"at most {MOST_VALUES:,} values",
    ),
    "laughs as a key": (bomb(9, 10) + "? *a8\n: 1\n? *a7\n: 2\n", "a key must be text"),
    "true": (TEXT.replace("repetitions: 5", "repetitions: true", 1), "repetitions: no parameter"),
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


def test_a_dumped_file_is_the_same_file(tmp_path: Path) -> None:
    assert load(tmp_path, dumps_yaml(GIVEN)) == parse_params(GIVEN)


# --- numbers, as DVC reads them ---

#: Where a whole number and another one stand, and what becomes of them.
NUMBERS: dict[str, Callable[[Params], float]] = {
    "split.seed": lambda params: params.split.seed,
    "methods.ae.learning_rate": lambda params: params.methods["ae"].default.learning_rate,
}


@cache
def with_gap(place: str) -> str:
    given = copy.deepcopy(GIVEN)
    *parents, last = place.split(".")
    reduce(getitem, parents, given)[last] = "SPELLING"
    return dumps_yaml(given)


def written(place: str, spelling: str) -> str:
    """params.yaml with a number spelled in some way."""
    return with_gap(place).replace("SPELLING", spelling)


def read_by_dvc(path: Path, place: str) -> Any:
    return reduce(getitem, place.split("."), load_yaml(path))


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        *(("042", 42), ("017", 17), ("09", 9), ("0o17", 15), ("0x1F", 31), ("0b11", 3)),
        *(("1_000", 1000), ("+5", 5), ("-0", 0), ("1e2", 100), ("100.0", 100)),
    ],
)
def test_whole_number_is_the_one_that_dvc_records(
    tmp_path: Path, spelling: str, value: int
) -> None:
    assert load(tmp_path, written("split.seed", spelling)).split.seed == value
    assert read_by_dvc(tmp_path / "params.yaml", "split.seed") == value


@pytest.mark.parametrize("spelling", ["1e-3", "1E-3", "1.0e-3", ".001", "0.001", "1_0e-4"])
def test_number_is_the_one_that_dvc_records(tmp_path: Path, spelling: str) -> None:
    params = load(tmp_path, written("methods.ae.learning_rate", spelling))
    assert params.methods["ae"].default.learning_rate == 0.001
    assert read_by_dvc(tmp_path / "params.yaml", "methods.ae.learning_rate") == 0.001


@pytest.mark.parametrize(
    ("spelling", "words"),
    [
        ("1:30", "must be a number, got the text '1:30': write it in digits, such as 42"),
        ("yes", "must be a number, got the text 'yes': write it in digits, such as 42"),
        ("0X1F", "must be a number, got the text '0X1F': write 31"),
        ("'042'", "a number must be no text, got '042': write 42"),
        ("'1e2'", "a number must be no text, got '1e2': write 100.0"),
        ("'nan'", "a number must be no text, got 'nan': write another"),
        ("1e-3", "must be a whole number, got 0.001"),
        ("true", "no parameter is true or false, got True: write a number"),
    ],
)
def test_other_spelling_is_refused_with_the_one_to_use(
    tmp_path: Path, spelling: str, words: str
) -> None:
    with pytest.raises(ParamsError, match=re.escape(f"split.seed: {words}")):
        load(tmp_path, written("split.seed", spelling))


spellings = (
    st.from_regex(r"[-+]?[0-9_.]{1,4}([eE][-+]?[0-9_]{1,3})?", fullmatch=True)
    | st.from_regex(r"[-+]?0[obxOBX]?[0-9a-fA-F_]{1,5}", fullmatch=True)
    | st.from_regex(r"[0-9]{1,3}(:[0-9]{1,2}){1,2}(\.[0-9])?", fullmatch=True)
    | st.sampled_from(["yes", "No", "on", "OFF", "y", "n", "True", "~", "null", "", ".inf", ".NaN"])
)


@at_most(100)
@given(
    st.sampled_from(sorted(NUMBERS)),
    spellings,
    st.sampled_from(["{}", "'{}'", '"{}"', "!!int {}", "!!float {}", "!!str {}", "[{}]"]),
)
def test_any_spelling_is_the_number_that_dvc_reads_or_refused(
    tmp_path: Path, place: str, spelling: str, how: str
) -> None:
    text = written(place, how.format(spelling))
    try:
        value = NUMBERS[place](load(tmp_path, text))
    except ParamsError as error:
        assert place.rpartition(".")[2] in str(error) or "line" in str(error)
    else:
        recorded = read_by_dvc(tmp_path / "params.yaml", place)
        assert not isinstance(recorded, bool)
        assert isinstance(recorded, int | float)
        assert value == recorded
        # As it comes back from dvc.lock, or the stage would never be up to date.
        assert parse_yaml(dumps_yaml({"x": recorded}), "dvc.lock")["x"] == recorded
