"""The program or person that has started a command: when it goes away or asks for the end, the work ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Cancelled
from .cancellation import Cancellation
from .listener import Listener


@contextmanager
def heeding_caller(cancellation: Cancellation, events: str) -> Iterator[None]:
    """Heed the caller as long as the block runs.

    Args:
        cancellation: what the work asks whether to end.
        events: ``json`` where a program reads the events and may write ``cancel``. In text mode, standard input belongs
            to the caller: in a loop of the shell it is the list that the loop reads.

    Raises:
        Cancelled: the block failed after the end was asked for: who ends at once takes the working files away, and
            that is no failure.
    """
    if events == "json":
        cancellation.end_without(Listener(sys.stdout, sys.stdin))
        cancellation.listen_to_stdin()
    try:
        yield
    except Cancelled:
        raise
    except Exception:
        cancellation.check()
        raise
