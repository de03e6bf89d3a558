"""The words and numbers of a map in its language, which need not be that of QGIS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qgis.PyQt.QtCore import QDate, QDateTime, QLocale, Qt

from ...i18n.translation import qgis_language
from ...protocol.language.catalogue import FOLDER
from ...protocol.language.code import SOURCE_LANGUAGE
from ...protocol.language.words import Words, words_of

#: The language of QGIS.
AUTOMATIC = "auto"
_HECTARES_UP_TO = 1e5  # square metres
_WEEKDAY = re.compile(r"^dddd[,،]?\s*|[,،]?\s*dddd$")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")


@dataclass(frozen=True)
class MapWords:
    """Texts, numbers, areas and dates of one language.

    Attributes:
        words: its texts.
        locale: its numbers and dates.
    """

    words: Words
    locale: QLocale

    @classmethod
    def of(cls, language: str) -> MapWords:
        """Return those of a language.

        Args:
            language: its code; :data:`AUTOMATIC` or an empty text for that of QGIS. One without translations gives
                English.
        """
        code = qgis_language() if language in ("", AUTOMATIC) else language
        locale = QLocale(words_of(code).language)
        return cls(words_of(code, lambda number: _latin(str(locale.toString(int(number))))), locale)

    @property
    def right_to_left(self) -> bool:
        """Whether the language is read from right to left."""
        return self.words.right_to_left

    def number(self, value: int) -> str:
        """Return a whole number."""
        return self.words.number(value)

    def decimal(self, value: float, digits: int) -> str:
        """Return a number with at most so many digits behind the point."""
        text = _latin(str(self.locale.toString(float(value), "f", digits)))
        point = _latin(str(self.locale.decimalPoint()))
        return text.rstrip("0").rstrip(point) if digits and point in text else text

    def area(self, square_metres: float) -> str:
        """Return an area in hectares, or in square kilometres where it is larger."""
        tr = self.words.tr
        if square_metres < _HECTARES_UP_TO:
            return tr("{} ha").format(self.decimal(square_metres / 1e4, 1))
        return tr("{} km²").format(self.decimal(square_metres / 1e6, 2))

    def moment(self, iso: str) -> str:
        """Return a day, or a moment in UTC, both of which are given in ISO 8601; another text as it is."""
        day = QDate.fromString(iso[:10], Qt.DateFormat.ISODate)
        if not day.isValid():
            return iso
        text = self.day(day)
        if len(iso) <= 10:
            return text
        moment = QDateTime.fromString(iso, Qt.DateFormat.ISODate)
        if not moment.isValid():
            return text
        moment = moment.toUTC()
        tr = self.words.tr
        clock = _latin(str(self.locale.toString(moment.time(), "HH:mm")))
        return tr("{day}, {time} UTC").format(day=self.day(moment.date()), time=clock)

    def day(self, day: QDate) -> str:
        """Return a day with the name of its month, which nobody can take for another one."""
        long = str(self.locale.dateFormat(QLocale.FormatType.LongFormat))
        return _latin(str(self.locale.toString(day, _WEEKDAY.sub("", long).replace("dd", "d"))))


def _latin(text: str) -> str:
    """Return a number in the digits of scale bar and grid, which QGIS writes in those of its own language."""
    return text.translate(_DIGITS)


def offered_languages() -> list[str]:
    """Return the codes of the languages that there are translations into, English first."""
    try:
        found = sorted(path.stem for path in FOLDER.glob("*.po"))
    except OSError:
        found = []
    return [SOURCE_LANGUAGE, *(code for code in found if code != SOURCE_LANGUAGE)]
