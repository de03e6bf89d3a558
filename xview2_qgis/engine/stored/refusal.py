"""Why a file cannot be read as a result: one error code for each reason, whichever command asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...protocol.codes import ErrorCode
from ...protocol.public_name import public_name
from ...protocol.stored_result import DamagedError, InUseError, opened
from ...protocol.totals.stored_sample import NotAResultError
from ..errors import InputError


@contextmanager
def result_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a result for reading only; errors as of :func:`explained`."""
    with explained(path), opened(path) as database:
        if database is None:
            raise NotAResultError
        yield database


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Word the errors of reading a result.

    Args:
        path: the result.

    Raises:
        InputError: there is no such file, or it is no result (``result-open``), another program holds it
            (``result-in-use``), or parts of it cannot be read (``result-damaged``).
    """
    name = public_name(str(path))
    if not path.is_file():
        raise InputError(f"there is no file {path}", "give the GeoPackage of an assessment", "result-open")
    try:
        yield
    except NotAResultError as error:
        raise InputError(
            f"{name} is no result of this program", "give the GeoPackage of an assessment", "result-open"
        ) from error
    except InUseError as error:
        raise InputError(
            f"{name} is in use or may not be read ({error})", "close other programs that use it",
            ErrorCode.RESULT_IN_USE,
        ) from error  # fmt: skip
    except DamagedError as error:
        raise InputError(f"{name} is damaged ({error})", "restore it from a copy", "result-damaged") from error
