"""A stream of bytes cut into lines of text."""

from __future__ import annotations

#: A "line" longer than this many bytes is cut: no event is that long.
LONGEST_LINE = 1_000_000


class LineSplitter:
    """Cuts a stream of bytes into lines of text; bytes that are no UTF-8 are replaced."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that ``data`` completes, without empty ones."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        return [text for text in (self._text(line) for line in lines) if text]

    def finish(self) -> list[str]:
        """Return what is left when the stream has ended."""
        rest, self._rest = self._text(self._rest), b""
        return [rest] if rest else []

    @staticmethod
    def _text(line: bytes) -> str:
        return line[:LONGEST_LINE].decode("utf-8", errors="replace").strip()
