"""Who reviews."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsSettings

_KEY = "xview2/reviewer"


def reviewer_name() -> str:
    """Return the name that was set, else that of the user of this computer."""
    chosen = str(QgsSettings().value(_KEY, "") or "").strip()
    return chosen or QgsApplication.userFullName().strip() or QgsApplication.userLoginName().strip()


def set_reviewer_name(name: str) -> None:
    """Keep another name for all reviews from now on; an empty one stands for that of the user of this computer."""
    QgsSettings().setValue(_KEY, name.strip())
