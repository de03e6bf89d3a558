"""Small changes that turn something sound into something bad, drawn from a source of random numbers."""

from __future__ import annotations

import copy
import json
import random

#: Numbers at the borders of what fields hold.
NUMBERS = (0, 1, -1, 2, 7, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63, -(2**63))
#: Values that something may have instead.
VALUES = (
    None, True, False, "", " ", "x", "\ud800", "\x00", "\x1b[2J", "../x", "NaN", "1e999", [], {}, [[]], [None],
    {"a": {}},
    0.5, -0.0, 1e-300, 1e300, float("nan"), float("inf"), -float("inf"), "x" * 5000, 10**400, *NUMBERS,
)  # fmt: skip
_BYTES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0" * 64)


def changed_bytes(draw: random.Random, data: bytes, first: int | None = None) -> bytes:
    """Return bytes with up to a dozen places changed, removed, repeated or added.

    Args:
        draw: source of random numbers.
        data: sound bytes.
        first: change only among so many at the beginning.
    """
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 3, 6, 12))):
        end = min(first or len(changed), len(changed))
        place = draw.randrange(max(end, 1))
        match draw.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([draw.randrange(256)])
            case 1:
                changed[place : place + 1] = bytes([(changed[place] if changed else 0) ^ (1 << draw.randrange(8))])
            case 2:
                value = draw.choice(_BYTES)
                changed[place : place + len(value)] = value
            case 3:
                del changed[place : place + draw.choice((1, 2, 4, 16, 200))]
            case 4:
                changed[place:place] = changed[place : place + draw.choice((1, 4, 16, 200))]
            case 5:
                changed[place : place + 4] = (draw.choice(NUMBERS) % 2**32).to_bytes(4, "little")
    return bytes(changed)


def truncated(draw: random.Random, data: bytes) -> bytes:
    """Return the beginning of bytes; often a very short one."""
    return data[: draw.choice((draw.randrange(16), draw.randrange(512), draw.randrange(len(data))))]


def changed_text(draw: random.Random, text: str, words: tuple[str, ...]) -> str:
    """Return a text in which some words are exchanged for others, or parts are cut out or repeated."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        place = draw.randrange(max(len(text), 1))
        match draw.randrange(4):
            case 0:
                text = text[:place] + draw.choice(words) + text[place:]
            case 1:
                text = text[:place] + text[place + draw.choice((1, 5, 40)) :]
            case 2:
                word = draw.choice(text.split() or [""])
                text = text.replace(word, draw.choice(words), 1) if word else text
            case 3:
                text = text[:place] + text[place : place + 60] * draw.choice((2, 50)) + text[place + 60 :]
    return text


def changed_tree(draw: random.Random, tree: object) -> object:
    """Return a value of JSON in which some places hold something else, or are gone, or nested deeply."""
    tree = copy.deepcopy(tree)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        places = list(_places(tree))
        if not places:
            break
        holder, key = draw.choice(places)
        match draw.randrange(5):
            case 0 | 1 | 2:
                holder[key] = copy.deepcopy(draw.choice(VALUES))
            case 3:
                del holder[key]
            case 4:
                for _ in range(draw.choice((1, 40, 3000))):
                    holder[key] = [holder[key]]
    return tree


def tree_bytes(draw: random.Random, tree: object) -> bytes:
    """Return a value as JSON, with all that JSON of Python may hold; rarely with a key twice or in another encoding."""
    try:
        text = json.dumps(tree, ensure_ascii=draw.random() < 0.8)
    except RecursionError:
        text = "[" * 3000 + "]" * 3000
    if draw.random() < 0.05:
        text = text.replace("{", '{"id": 1, "type": 2,', 1)
    return text.encode(
        draw.choice(("utf-8",) * 12 + ("utf-16", "latin-1")),
        "backslashreplace" if draw.random() < 0.5 else "surrogatepass",
    )


def _places(value: object):
    """Yield every place in a tree as holder and key; without recursion."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            waiting.append(holder[key])
