"""The final class of a building: the review where there is one, else the adapted class, else the model's.

``final_class`` and ``final_damage`` are columns that every program reads, and triggers inside the GeoPackage keep them
right after an edit with any program that can write into a GeoPackage. The triggers are plain SQL without functions of
an extension. A program that knows no GeoPackages (a bare SQLite shell) cannot change a layer with a spatial index at
all; it is refused by the triggers of the index, so nothing goes wrong unseen.
"""

from __future__ import annotations

from ....protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, Damage

FINAL_DAMAGE, FINAL_CLASS = "final_damage", "final_class"
REVIEW_CLASS = "review_class"
ADAPTED_CLASS, ADAPTED_CONFIDENCE = "adapted_class", "adapted_confidence"

#: What ``review_class`` takes; everything else counts as no review.
REVIEW_CLASSES: tuple[str, ...] = (*(CLASS_NAMES[damage] for damage in Damage), NO_BUILDING)

_WORDS = ", ".join(f"'{name}'" for name in REVIEW_CLASSES)
_ADAPTED = ", ".join(f"'{CLASS_NAMES[damage]}'" for damage in DAMAGE_CLASSES)


def reviewed_sql(row: str = "") -> str:
    """Return the SQL condition, also a QGIS expression, of a building whose review counts.

    Case, surrounding blanks and line ends do not matter. It is never NULL.

    Args:
        row: what stands before the columns, for example ``NEW.``.
    """
    return f"coalesce({_word(row)}, '') IN ({_WORDS})"


def reviewed_word_sql() -> str:
    """Return SQL for what a reviewer wrote as class, in small letters and without blanks around it."""
    return _word("")


def adapted_sql(row: str = "") -> str:
    """Return the SQL condition, also a QGIS expression, of a building that was adapted to its event; never NULL."""
    return f"coalesce({row}\"{ADAPTED_CLASS}\", '') IN ({_ADAPTED})"


def final_class_sql(row: str = "") -> str:
    """Return SQL, also a QGIS expression, for the final class; a building without a class is ``unknown``."""
    return (
        f"CASE WHEN {reviewed_sql(row)} THEN {_word(row)} "
        f'WHEN {adapted_sql(row)} THEN {row}"{ADAPTED_CLASS}" '
        f"ELSE coalesce({row}\"damage_class\", '{CLASS_NAMES[Damage.UNKNOWN]}') END"
    )


def final_damage_sql(final_class: str) -> str:
    """Return SQL, also a QGIS expression, for the number of a final class; NULL, and in no count, for no building.

    Args:
        final_class: SQL for the class.
    """
    # not CASE class WHEN …, which QGIS does not understand
    cases = " ".join(f"WHEN ({final_class}) = '{CLASS_NAMES[damage]}' THEN {int(damage)}" for damage in Damage)
    return f"CASE {cases} END"


def final_class_triggers(layer: str) -> tuple[str, ...]:
    """Return the statements that make the triggers of a layer of buildings.

    They also undo a change of the two columns themselves. Their condition stops them from firing once more where a
    program has switched recursive triggers on.
    """
    wanted = final_class_sql("NEW.")
    # a trigger takes no parameters; all that is put in are names of this program
    body = (
        f'WHEN NEW."{FINAL_CLASS}" IS NOT ({wanted}) OR NEW."{FINAL_DAMAGE}" IS NOT ({final_damage_sql(wanted)}) '
        f'BEGIN UPDATE "{layer}" SET "{FINAL_CLASS}" = {wanted}, "{FINAL_DAMAGE}" = {final_damage_sql(wanted)} '
        f"WHERE rowid = NEW.rowid; END"  # nosec B608
    )
    columns = ", ".join(
        f'"{name}"' for name in (REVIEW_CLASS, ADAPTED_CLASS, "damage_class", FINAL_CLASS, FINAL_DAMAGE)
    )
    return (
        f'CREATE TRIGGER "{layer}_final_class_insert" AFTER INSERT ON "{layer}" {body}',
        f'CREATE TRIGGER "{layer}_final_class_update" AFTER UPDATE OF {columns} ON "{layer}" {body}',
    )


def drop_final_class_triggers(layer: str) -> tuple[str, ...]:
    """Return the statements that remove the triggers of :func:`final_class_triggers`, of earlier versions too."""
    return tuple(f'DROP TRIGGER IF EXISTS "{layer}_final_class_{event}"' for event in ("insert", "update"))


def _word(row: str) -> str:
    # SQLite's trim takes blanks only, that of QGIS knows no others to take: line ends of pasted texts go before
    text = f'{row}"{REVIEW_CLASS}"'
    for sign in (9, 10, 13):
        text = f"replace({text}, char({sign}), '')"
    return f"lower(trim({text}))"
