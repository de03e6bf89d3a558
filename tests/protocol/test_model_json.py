"""``model.json`` of a stranger has an end in size, depth and numbers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.model_json import MAXIMUM_BYTES, read_model_json


def nested(depth: int) -> bytes:
    """Objects within each other, so many levels."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no valid JSON"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b'{"a": ' + b"1" * 1001 + b"}", "more than 1000 digits"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"b": {"a": 1, "a": 1}}', "a key stands twice"),
        (b'{"a": "\xff"}', "no valid JSON"),
        (b"\xef\xbb\xbf{}", "no valid JSON"),
        (nested(33), "nested too deeply"),
        (nested(100_000), "nested too deeply"),
        (b"[" * 900_000, "nested too deeply"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "nested too deeply"),
        (b" " * MAXIMUM_BYTES + b"{}", "larger than 1 MB"),
    ],
)
def test_refused(content, told):
    with pytest.raises(ValueError, match=told):
        read_model_json(content)


def test_accepted():
    assert read_model_json(nested(32))
    assert read_model_json(b'{"a": ' + b"1" * 1000 + b"}") == {"a": int("1" * 1000)}
    assert read_model_json(b" " * (MAXIMUM_BYTES - 2) + b"{}") == {}


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=10,
        ),
    )
)
def test_reads_what_json_writes(content):
    assert read_model_json(json.dumps(content).encode()) == content
