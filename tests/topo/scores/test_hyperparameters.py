from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topo.scores import SCORES, Hyperparameters

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.dictionaries(st.text(max_size=5), numbers | st.lists(numbers, max_size=3), max_size=4)


def test_text_is_the_same_for_equal_values() -> None:
    assert Hyperparameters.of({"b": (1, 2), "a": 0.1}).text == '{"a":0.1,"b":[1,2]}'
    assert Hyperparameters.of({"a": 1, "b": [2]}) == Hyperparameters.of({"b": (2,), "a": 1})
    assert hash(Hyperparameters.of({"a": 1})) == hash(Hyperparameters.of({"a": 1}))


@given(values)
def test_what_is_written_is_read_back(chosen: dict[str, object]) -> None:
    written = Hyperparameters.of(chosen)
    assert Hyperparameters.parse(written.text) == written
    assert Hyperparameters.parse(written.text).text == written.text


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"a": 1}', '{"b":1,"a":2}', '{"a":NaN}', '{"a":1e999}', '{"a":{"b":1}}'),
        *("[" * 10**5, '{"a":' + "[" * 10**5),
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be canonical JSON of numbers by name, got "):
        Hyperparameters.parse(text)


def test_pandas_takes_them_for_one_value() -> None:
    frame = SCORES.frame([])
    assert frame["hyperparameters"].dtype == "object"
    wide = Hyperparameters.of({"hidden": [32, 32]})
    frame = frame.reindex(range(2)).assign(hyperparameters=wide)
    assert frame["hyperparameters"].tolist() == [wide, wide]
    assert len(frame.groupby("hyperparameters")) == 1
