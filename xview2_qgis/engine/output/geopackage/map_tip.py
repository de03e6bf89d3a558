"""What QGIS says about one building: the tip over the map, and the name in lists of features.

QGIS expressions of version 3.22. The map tip is HTML, and a review may hold any text: texts of the file are escaped.
"""

from __future__ import annotations

from ....protocol.language.words import Words
from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, NO_BUILDING, NO_BUILDING_LABEL, Damage
from .final_class import FINAL_CLASS, adapted_sql, reviewed_sql

_LABELS = {CLASS_NAMES[damage]: CLASS_LABELS[damage] for damage in Damage} | {NO_BUILDING: NO_BUILDING_LABEL}


def display_name(words: Words) -> str:
    """Return the expression for the name of a building: its number and final class, in a language."""
    return f"""coalesce("building_id" || ': ', '') || {_label(FINAL_CLASS, words)}"""


def map_tip(words: Words) -> str:
    """Return the template of the map tip, in a language: final class, what the model says, area, note of a reviewer."""
    note = escaped('"review_note"')
    model = escaped(_label("damage_class", words))
    reviewed, adapted = words.tr("reviewed; the model says: {}"), words.tr("adapted to the event; the model says: {}")
    confidence, unseen = words.tr("confidence of the model: {} %"), words.tr("not visible in the post-event image")
    lines = (
        f"if({reviewed_sql()}, {_with(reviewed, model)}, NULL)",
        f"if({adapted_sql()} AND NOT {reviewed_sql()}, {_with(adapted, model)}, NULL)",
        _with(confidence, 'round("confidence" * 100)'),
        f"""if("damage_class" = 'unknown', {_quoted(unseen)}, NULL)""",
        """round("area_m2") || ' m²'""",
    )
    # a line whose value is missing is NULL, and left out
    facts = f"<b>[% {escaped(_label(FINAL_CLASS, words))} %]</b>" + "".join(
        f"[% coalesce('<br/>' || {line}, '') %]" for line in lines
    )
    # QGIS 3.22 wraps a tip at 100 pixels where it can; so the note is as wide as the lines above it
    return f"<div style='white-space:nowrap'>{facts}</div>[% coalesce('<i>' || {note} || '</i>', '') %]"


def _label(field: str, words: Words) -> str:
    cases = " ".join(
        f'WHEN "{field}" = {_quoted(name)} THEN {_quoted(words.tr(label))}' for name, label in _LABELS.items()
    )
    return f'CASE {cases} ELSE "{field}" END'


def _with(text: str, expression: str) -> str:
    """Return the expression of a text with the value of another one in it; NULL where that is NULL."""
    before, after = text.split("{}", 1)
    return " || ".join(part for part in (before and _quoted(before), expression, after and _quoted(after)) if part)


def _quoted(text: str) -> str:
    """Return a text as a literal of an expression; it stands in a template, whose brackets it may not hold."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("%]", "% ]") + "'"


def escaped(text: str) -> str:
    """Return the expression of a text as HTML: in it, no text of a file is a tag."""
    return f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
