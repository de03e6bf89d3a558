"""Numbers as the locale of QGIS writes them."""

from __future__ import annotations

from qgis.PyQt.QtCore import QLocale


def qgis_locale() -> QLocale:
    """Return the locale of QGIS, English where the system names none."""
    locale = QLocale()
    return QLocale("en_US") if locale.language() == QLocale.Language.C else locale


def number_text(value: float, digits: int = 0) -> str:
    """Return a number with its thousands apart and a fixed number of digits behind the point."""
    return str(qgis_locale().toString(float(value), "f", digits))


def rough_number_text(value: float) -> str:
    """Return a small number with two digits that count."""
    return str(qgis_locale().toString(float(value), "g", 2))


def share_text(share: float, digits: int = 0) -> str:
    """Return a share from 0 to 1 as a percentage."""
    locale = qgis_locale()
    # of Turkish and Basque the sign stands before the number
    form = "%{}" if locale.name().startswith(("tr", "eu")) else "{}\u00a0%"
    return form.format(number_text(100 * share, digits))
