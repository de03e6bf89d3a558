"""Standard output and standard error: when they cannot be written, that is an error of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from ...protocol.codes import ErrorCode
from ..errors import ListenerLost


@contextmanager
def writing(stream: TextIO) -> Iterator[None]:
    """Turn an error of this stream into one of its own, so that it is not taken for that of another file.

    Raises:
        ListenerLost: nothing can be written to the stream.
    """
    try:
        yield
    except OSError as error:
        _silence(stream)
        raise ListenerLost(
            f"what this command says cannot be written ({error.strerror})", "see where its output goes",
            ErrorCode.BROKEN_PIPE if isinstance(error, BrokenPipeError) else "output-lost",
        ) from error  # fmt: skip


def _silence(stream: TextIO) -> None:
    """Redirect a broken stream to the null device, so that flushing it when the program ends does not fail again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
