"""The classes of a review in words for people, each text where the list of texts to translate looks for it."""

from __future__ import annotations

from ....i18n.translation import tr
from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, NO_BUILDING, Damage


def legend_words() -> dict[str, str]:
    """Return the words of legends by the name of the class."""
    return {CLASS_NAMES[damage]: tr(CLASS_LABELS[damage]) for damage in Damage}


def review_words() -> dict[str, str]:
    """Return those of the review by the name of the class: some shorter, and one more."""
    return {**legend_words(), CLASS_NAMES[Damage.UNKNOWN]: tr("Not assessable"), NO_BUILDING: tr("No building")}


def short_words() -> dict[str, str]:
    """Return a word for each class by its name, for buttons and tables."""
    return {
        CLASS_NAMES[Damage.NO_DAMAGE]: tr("None"),
        CLASS_NAMES[Damage.MINOR]: tr("Minor"),
        CLASS_NAMES[Damage.MAJOR]: tr("Major"),
        CLASS_NAMES[Damage.DESTROYED]: tr("Destroyed"),
        CLASS_NAMES[Damage.UNKNOWN]: tr("Unknown"),
        NO_BUILDING: tr("No building"),
    }
