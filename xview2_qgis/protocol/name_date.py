"""The date in the name of an image: read by the engine, and by the plugin before it starts one.

Plain Python without any package, so that both can.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

#: The year of the first Landsat; smaller ones are defaults of programs.
EARLIEST_YEAR = 1972

# not inside a longer number, nor inside a catalogue number such as 10300100D20231015
_BEGIN, _END = r"(?<!\d)(?<!\d[A-Fa-f])", r"(?!\d)(?![A-Fa-f]\d)"
_YEAR, _MONTH, _DAY = r"((?:19|20)\d{2})", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d{1,2})?)?"  # hour and minute, second and tenth
_YEAR_FIRST = re.compile(rf"{_BEGIN}{_YEAR}([-_.]?){_MONTH}\2{_DAY}{_CLOCK}{_END}")
_DAY_FIRST = re.compile(rf"{_BEGIN}{_DAY}([-_.]){_MONTH}\2{_YEAR}{_END}")

#: Months as vendors and old NITF files write them, for example Maxar in 23FEB01103000.
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAMED_MONTH = re.compile(rf"(?<![A-Za-z0-9])(\d\d)({'|'.join(MONTHS)})(\d\d)\d{{6}}(?!\d)")


def date_in_name(name: str) -> date | None:
    """Return the only date in a name: 20231015, 2023-10-15, 2023_10_15, 15.10.2023, 23OCT15103021 and the like.

    Where day and month could be exchanged, only dots show that the day comes first. Two different dates
    count as none.
    """
    found = {day_of(year, month, day) for year, _, month, day in _YEAR_FIRST.findall(name)}
    for day, mark, month, year in _DAY_FIRST.findall(name):
        if mark == "." or int(day) > 12 or day == month:
            found.add(day_of(year, month, day))
    for year, month, day in _NAMED_MONTH.findall(name):
        found.add(day_of(f"20{year}", f"{MONTHS.index(month) + 1}", day))
    days = [day for day in found if day is not None]
    return days[0] if len(days) == 1 else None


def without_dates(name: str) -> str:
    """Return a name with a blank in place of everything that :func:`date_in_name` looks at."""
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _NAMED_MONTH):
        name = pattern.sub(" ", name)
    return name


def day_of(year: str, month: str, day: str) -> date | None:
    """Return a day, None where there is no such day, or no satellite took images on it."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    # a day more, because it is tomorrow already elsewhere
    return found if found.year >= EARLIEST_YEAR and found <= datetime.now().date() + timedelta(days=1) else None
