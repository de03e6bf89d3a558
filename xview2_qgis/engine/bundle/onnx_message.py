"""An ONNX file as a tree of messages, each field checked against the table of what may stand where.

Nothing is built and nothing is run; weights stay where they are, only their place is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .onnx_fields import MESSAGES, Field, Kind
from .protobuf_wire import EIGHT_BYTES, FOUR_BYTES, LENGTH, VARINT, Span, wire_fields

_WIRES: dict[Kind, int] = {
    "int32": VARINT,
    "int64": VARINT,
    "float": FOUR_BYTES,
    "double": EIGHT_BYTES,
    "bytes": LENGTH,
    "message": LENGTH,
}
_LARGEST_INT32 = 2**31 - 1
_LONGEST_TEXT = 1_000_000  # bytes of a text that is read
_DEEPEST = 64  # messages within messages; protobuf itself goes to 100
_MOST = 1_000_000  # fields; large networks have some ten thousand


@dataclass
class Message:
    """A message: its values by the names of its fields.

    Attributes:
        content: bytes of the whole file.
        values: numbers, and where the bytes of the others lie.
        messages: messages inside it.
    """

    content: memoryview
    values: dict[str, list[int | Span]] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Return a number, 0 where it is not set; a negative one comes as its 64 bits without a sign."""
        value = self.values.get(name, [0])[0]
        return value if isinstance(value, int) else 0

    def text(self, name: str) -> str:
        """Return a text, empty where there is none.

        Raises:
            ValueError: it is not UTF-8, or too long.
        """
        value = self.values.get(name, [0])[0]
        if not isinstance(value, tuple):
            return ""
        if value[1] - value[0] > _LONGEST_TEXT:
            raise ValueError("a text is longer than a million bytes")
        return bytes(self.content[slice(*value)]).decode("utf-8")

    def many(self, name: str) -> list[Message]:
        """Return the messages of a field in their order."""
        return self.messages.get(name, [])

    def one(self, name: str) -> Message | None:
        """Return the message of a field that stands once at most."""
        return next(iter(self.many(name)), None)


class RefusedNetworkError(ValueError):
    """A network that is sound but has what a network of a bundle must not have; the text follows a file's name."""


def read_message(content: memoryview, kind: str = "ModelProto") -> Message:
    """Read a whole file.

    Args:
        content: its bytes; they must stay as long as the message is used.
        kind: the message it is.

    Raises:
        RefusedNetworkError: it has what a network must not have.
        ValueError: it is cut off, nothing of the kind, or written in another way than writers do.
    """
    return _Reader(content).message(kind, (0, len(content)), 0)


class _Reader:
    def __init__(self, content: memoryview) -> None:
        self._content = content
        self._left = _MOST

    def message(self, kind: str, span: Span, depth: int) -> Message:
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        known, read = MESSAGES[kind], Message(self._content)
        chosen: set[str] = set()
        for number, wire, value in wire_fields(self._content, *span):
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"more than {_MOST} entries")
            entry = known.get(number)
            if entry is None:
                raise ValueError(f"unknown field {number} in {kind}")
            _check(entry, kind, wire, value)
            name = entry.choice or entry.name
            if not entry.many and name in chosen:
                raise ValueError(f"{entry.name} of {kind} stands twice")
            chosen.add(name)
            if entry.kind == "message" and isinstance(value, tuple):
                read.messages.setdefault(entry.name, []).append(self.message(entry.message, value, depth + 1))
            else:
                read.values.setdefault(entry.name, []).append(value)
        return read


def _check(entry: Field, kind: str, wire: int, value: int | Span) -> None:
    packed = entry.many and entry.kind not in ("bytes", "message") and wire == LENGTH
    if wire != _WIRES[entry.kind] and not packed:
        raise ValueError(f"{entry.name} of {kind} has another type")
    if entry.kind == "int32" and not entry.many and isinstance(value, int) and value > _LARGEST_INT32:
        raise ValueError(f"{entry.name} of {kind} is too large a number")
    # an empty text and a number 0 mean nothing; a message is there as soon as it stands
    filled = value[0] < value[1] if isinstance(value, tuple) else value != 0
    if entry.refused and (filled or entry.kind == "message"):
        raise RefusedNetworkError(entry.refused)
