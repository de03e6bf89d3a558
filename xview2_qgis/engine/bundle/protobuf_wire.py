"""The wire format of protobuf, read in its one plain form.

Protobuf is generous: a number may be padded, a field that stands once may come twice (the last one counts, and of
messages both), a number too long for its type is cut. Every reader is generous in its own way, so that two of them may
see two things in one file. Here only the form is taken that writers write, and everything else is refused.
The format is described at https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Start and end of what a field holds.
Span = tuple[int, int]

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
_FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}
_LARGEST_KEY = 2**32 - 1
_LARGEST = 2**64 - 1


def wire_fields(content: memoryview, start: int, end: int) -> Iterator[tuple[int, int, int | Span]]:
    """Yield number, wire type and value of the fields of a message: an unsigned integer, or where its bytes lie.

    Args:
        content: bytes of the file.
        start: first byte of the message.
        end: byte after the message.

    Raises:
        ValueError: it is cut off, or not in the form that writers write.
    """
    position = start
    while position < end:
        key, position = varint(content, position, end)
        number, wire = key >> 3, key & 7
        if number == 0 or key > _LARGEST_KEY:
            raise ValueError("not a protobuf message")
        if wire == VARINT:
            value, position = varint(content, position, end)
            yield number, wire, value
            continue
        if wire == LENGTH:
            length, position = varint(content, position, end)
        elif wire in _FIXED:
            length = _FIXED[wire]
        else:  # groups, which no message of ONNX has, and numbers without a meaning
            raise ValueError("not a protobuf message")
        if position + length > end:
            raise ValueError("cut off or not a protobuf message")
        yield number, wire, (position, position + length)
        position += length


def varint(content: memoryview, position: int, end: int) -> tuple[int, int]:
    """Return an unsigned integer of up to 64 bits and the position after it.

    Raises:
        ValueError: it is cut off, longer than it need be, or larger than 64 bits.
    """
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise ValueError("cut off")
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if (shift and not byte) or value > _LARGEST:
                break
            return value, position
    raise ValueError("a number is not written as protobuf writes it")
