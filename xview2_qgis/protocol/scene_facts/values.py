"""Values of facts: checked as strictly as they are published, and each in one spelling."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone

from ..plain_text import printable, text_fault
from .fault import FactsFault

#: Letters of a text at most: a credit may name several owners.
LONGEST_TEXT = 300

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?(?: ?(?:Z|UTC)| ?([+-])(\d{2}):?(\d{2}))?)?"
)
_SHOWN = 60
_TOLD = 10**9  # whole numbers beyond it are not repeated


def text_value(field: str, value: object) -> str:
    """Return a text without blanks around it; empty for None.

    Raises:
        FactsFault: it is no text, has several lines or is too long.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FactsFault(field, "is no text", "put it between quotation marks")
    text = value.strip()
    fault = text_fault(text, LONGEST_TEXT)
    if fault:
        raise FactsFault(field, fault, "shorten it to one plain line")
    return text


def moment_value(field: str, value: object) -> str:
    """Return a day as ``2023-02-06``, a moment as ``2023-02-06T01:17:34Z``; empty for none.

    A time without a zone is taken for UTC, in which catalogues of satellite images give it.

    Raises:
        FactsFault: it is neither.
    """
    text = text_value(field, value)
    if not text:
        return ""
    found = _MOMENT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day, clock, seconds, sign, hours, minutes = found.groups()
        moment = datetime.strptime(f"{day} {clock or '00:00'}{seconds or ':00'}", "%Y-%m-%d %H:%M:%S")
        if sign:
            ahead = timedelta(hours=int(hours), minutes=int(minutes))
            zone = timezone(ahead if sign == "+" else -ahead)
            moment = moment.replace(tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise FactsFault(
            field, f"is {shown(text)}", "give a day such as 2023-02-06, or a moment in UTC such as 2023-02-06T01:17Z"
        ) from None
    written = f"{moment.year:04d}-{moment:%m-%d}"
    return written if clock is None else f"{written}T{moment:%H:%M:%S}Z"


def number_value(field: str, value: object, low: float, high: float) -> float | None:
    """Return a number of a range; None for none.

    Args:
        field: what it is called.
        value: a number, or its text with a decimal point.
        low: the smallest.
        high: the largest.

    Raises:
        FactsFault: it is no such number.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = math.nan
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        # compared first: an integer of hundreds of digits is no float
        number = float(value) if low <= value <= high else math.nan
    elif isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
    if not low <= number <= high:
        told = isinstance(value, (str, float)) or (type(value) is int and abs(value) < _TOLD)
        what = f"is {shown(value)}" if told else "is no such number"
        raise FactsFault(field, what, f"give a number from {low:g} to {high:g}, with a decimal point")
    return number


def shown(value: object) -> str:
    """Return a value for a message."""
    text = printable(str(value))
    return f'"{text[:_SHOWN]}…"' if len(text) > _SHOWN else f'"{text}"'
