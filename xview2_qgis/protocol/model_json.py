"""``model.json`` as untrusted bytes: read with limits of size, depth and numbers.

Standard library only: the plugin reads the same file inside QGIS, where nothing may grow without limit.
"""

from __future__ import annotations

import json

#: What the file is called in every bundle.
MANIFEST_NAME = "model.json"
#: Largest ``model.json`` in bytes.
MAXIMUM_BYTES = 1_000_000
_DEEPEST = 32  # objects and lists within each other; ours have four
_DIGITS = 1000  # of an integer, for which Python's own reader needs the square of the time


def read_model_json(content: bytes) -> dict[str, object]:
    """Return the object in a ``model.json``.

    Args:
        content: the file; not more of it than ``MAXIMUM_BYTES`` and one byte need be read.

    Raises:
        ValueError: it is too large, no JSON, not an object, nested too deeply, or has a key twice: which of the two
            counts would depend on the reader. NaN and Infinity pass as in Python's own; a range refuses them by name.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ValueError("is larger than 1 MB")
    try:
        read: object = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
        )
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"is no valid JSON ({error})") from error
    if not isinstance(read, dict):
        raise ValueError("must be an object")
    if _deeper_than(read, _DEEPEST):
        raise ValueError("is nested too deeply")
    return read


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(f"a number has more than {_DIGITS} digits")
    return int(digits)


def _deeper_than(value: object, levels: int) -> bool:
    level: list[object] = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in inner if isinstance(item, (dict, list))]
