"""What QGIS says about one building: the tip over the map, and the name in lists of features.

QGIS expressions of version 3.22. The map tip is HTML, and a review may hold any text: texts of the file are escaped.
"""

from __future__ import annotations

from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, NO_BUILDING, NO_BUILDING_LABEL, Damage
from .final_class import FINAL_CLASS, adapted_sql, reviewed_sql

_LABELS = {CLASS_NAMES[damage]: CLASS_LABELS[damage] for damage in Damage} | {NO_BUILDING: NO_BUILDING_LABEL}


def display_name() -> str:
    """Return the expression for the name of a building: its number and final class."""
    return f"""coalesce("building_id" || ': ', '') || {_label(FINAL_CLASS)}"""


def map_tip() -> str:
    """Return the template of the map tip: final class, what the model says, area, note of the reviewer."""
    note = _escaped('"review_note"')
    model = _escaped(_label("damage_class"))
    lines = (
        f"if({reviewed_sql()}, 'reviewed; the model says: ' || {model}, NULL)",
        f"if({adapted_sql()} AND NOT {reviewed_sql()}, 'adapted to the event; the model says: ' || {model}, NULL)",
        """'confidence of the model: ' || round("confidence" * 100) || ' %'""",
        """if("damage_class" = 'unknown', 'not visible in the post-event image', NULL)""",
        """round("area_m2") || ' m²'""",
    )
    # a line whose value is missing is NULL, and left out
    facts = f"<b>[% {_escaped(_label(FINAL_CLASS))} %]</b>" + "".join(
        f"[% coalesce('<br/>' || {line}, '') %]" for line in lines
    )
    # QGIS 3.22 wraps a tip at 100 pixels where it can; so the note is as wide as the lines above it
    return f"<div style='white-space:nowrap'>{facts}</div>[% coalesce('<i>' || {note} || '</i>', '') %]"


def _label(field: str) -> str:
    cases = " ".join(f"WHEN \"{field}\" = '{name}' THEN '{label}'" for name, label in _LABELS.items())
    return f'CASE {cases} ELSE "{field}" END'


def _escaped(text: str) -> str:
    return f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
