"""What a reviewer may say of an outline: the categories whose numbers are estimated."""

from __future__ import annotations

from ..language.mark import mark
from ..schema import CLASS_LABELS, CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, Damage

#: Words of the categories in files: the four classes, then not assessable, then an outline without a building. The
#: probabilities of a model are those of the first four.
CATEGORIES: tuple[str, ...] = (
    *(CLASS_NAMES[damage] for damage in DAMAGE_CLASSES), CLASS_NAMES[Damage.UNKNOWN], NO_BUILDING,
)  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(CATEGORIES)}
UNKNOWN, NONE = NUMBERS[CLASS_NAMES[Damage.UNKNOWN]], NUMBERS[NO_BUILDING]

#: Words for people.
LABELS: tuple[str, ...] = (
    *(CLASS_LABELS[damage] for damage in DAMAGE_CLASSES), mark("Not assessable"), mark("No building in the outline"),
)  # fmt: skip


def category_of(word: object) -> int | None:
    """Return the category of a review; None for what is no review. Case, blanks and line ends do not matter."""
    return NUMBERS.get(word.strip(" \t\r\n").lower()) if isinstance(word, str) else None
