"""Names that every system takes as they are."""

import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.bundle.names import is_file_name, is_model_id


@pytest.mark.parametrize(
    "name", ["compact", "compact-int8", "a.b_c-1", "console", "nullify.onnx", "com", "lpt10x", "9"]
)
def test_taken(name):
    assert is_model_id(name)
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name",
    [
        r".",
        r"..",
        r".hidden",
        r"-x",
        r"a/b",
        r"a\b",
        r"C:a",
        r"a:b",
        r"a.",
        r"a..",
        r"é",
        r"NUL",
        r"nul",
        r"nul.onnx",
        r"Aux.tar.gz",
        r"con",
        r"PRN",
        r"com1",
        r"COM9.onnx",
        r"lpt0",
        r"LPT1",
    ],
)
def test_refused(name):
    assert not is_model_id(name)
    assert not is_file_name(name)


@pytest.mark.parametrize("name", ["", "a b", "a\n", "a\0", "x" * 129])
def test_refused_for_their_letters_or_length(name):
    assert not is_model_id(name)
    assert not is_file_name(name)


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[A-Za-z]{3}[0-9]?(\.[a-z]{0,4})?", fullmatch=True)))
def test_windows_keeps_none_of_them(name):
    if is_model_id(name):
        path = pathlib.PureWindowsPath(name)
        assert path.name == name
        assert not path.is_reserved()
