"""What a reference calls the classes: words of xBD, Copernicus EMS, UNOSAT and FEMA, and the numbers 1 to 4."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...protocol.schema import Damage
from .challenge import IGNORED

_NUMBER = re.compile(r"([0-4])(\.0*)?")
_GAPS = re.compile(r"[\s_\-/]+")

#: Words in small letters, blanks between them. What says that there is no judgement is ignored, not a class.
_WORDS: dict[str, int] = {
    # xBD
    "no damage": Damage.NO_DAMAGE, "minor damage": Damage.MINOR, "major damage": Damage.MAJOR,
    "destroyed": Damage.DESTROYED, "un classified": IGNORED, "unclassified": IGNORED, "unknown": IGNORED,
    # Copernicus EMS, damage_gra: now, and of earlier activations
    "no visible damage": Damage.NO_DAMAGE, "possibly damaged": Damage.MINOR, "damaged": Damage.MAJOR,
    "not analysed": IGNORED, "not applicable": IGNORED, "not affected": Damage.NO_DAMAGE,
    "negligible to slight damage": Damage.MINOR, "moderately damaged": Damage.MINOR, "highly damaged": Damage.MAJOR,
    "completely destroyed": Damage.DESTROYED,
    # UNOSAT
    "severe damage": Damage.MAJOR, "severely damaged": Damage.MAJOR, "moderate damage": Damage.MINOR,
    "possible damage": Damage.MINOR, "possible damage from adjacent impact debris": Damage.MINOR,
    # FEMA
    "affected": Damage.MINOR, "minor": Damage.MINOR, "major": Damage.MAJOR,
}  # fmt: skip

#: Codes of UNOSAT, which count the other way round than ours; 5 is no building.
_UNOSAT_CODES = {
    1: Damage.DESTROYED, 2: Damage.MAJOR, 3: Damage.MINOR, 4: Damage.MINOR, 6: Damage.NO_DAMAGE, 11: Damage.MINOR,
}  # fmt: skip
#: Fields of UNOSAT with such codes: that of the first look, then of each further one with its number; Shapefiles cut
#: the names.
_UNOSAT = re.compile(r"(?:main_?dam[a-z_]*?|dmgcls)_?(\d*)", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"(\d{1,3})(\.0*)?")

#: Fields that hold classes, where several do; the first counts.
_USUAL = ("final_class", "damage_gra", "subtype", "damage_class", "main_damage_site_class", "damage", "damage_level")
_BEFORE_UNOSAT = _USUAL[:4]
#: Numbers are taken for classes only in fields with such names: anything may be numbered from 1.
_TELLING = re.compile(r"damage|dmg|class|grad|subtype|level|label", re.IGNORECASE)


@dataclass(frozen=True)
class ClassField:
    """A field with its classes.

    Attributes:
        name: its name.
        classes: 1…4 or ``IGNORED`` of each feature.
        foreign: values that are not understood, as text, with how often they occur; their features are ignored.
    """

    name: str
    classes: tuple[int, ...]
    foreign: Counter[str]

    @property
    def understood(self) -> int:
        """Features with a class."""
        return sum(value != IGNORED for value in self.classes)


def class_of(value: object) -> int | None:
    """Return the class that a value means, ``IGNORED`` for no judgement; None where it is not understood."""
    if value is None or value != value:  # NaN
        return IGNORED
    text = _GAPS.sub(" ", str(value).strip().lower()).strip()
    if not text:
        return IGNORED
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return int(number[1]) or IGNORED
    return _WORDS.get(text)


def read_classes(name: str, values: Iterable[object]) -> ClassField:
    """Return the classes of a field; numbers in a field of UNOSAT are its codes."""
    meaning = _unosat_class if _UNOSAT.fullmatch(name) else class_of
    classes, foreign = [], Counter[str]()
    for value in values:
        found = meaning(value)
        if found is None:
            foreign[str(value)] += 1
        classes.append(IGNORED if found is None else found)
    return ClassField(name, tuple(classes), foreign)


def find_class_field(fields: Mapping[str, Sequence[object]]) -> ClassField | None:
    """Return the field that holds classes, found by what it holds; None where there is none.

    Args:
        fields: names and values of all fields.
    """
    looks = sorted((int(match[1] or 0), name) for name in fields if (match := _UNOSAT.fullmatch(name)))
    if looks and not any(name.lower() in _BEFORE_UNOSAT for name in fields):
        return _last_look([name for _, name in looks], fields)
    found = []
    for name, values in fields.items():
        field = read_classes(name, values)
        telling = _TELLING.search(name) is not None
        in_words = any(isinstance(value, str) and not value.strip().isdecimal() for value in values)
        if field.understood > sum(field.foreign.values()) and (telling or in_words):
            usual = _USUAL.index(name.lower()) if name.lower() in _USUAL else len(_USUAL)
            found.append(((usual, not in_words, -field.understood), field))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _last_look(names: Sequence[str], fields: Mapping[str, Sequence[object]]) -> ClassField:
    """Return the classes of several looks at the same sites: of each the last one that says something."""
    latest = list(fields[names[0]])
    for name in names[1:]:
        latest = [
            earlier if value is None or value != value else value
            for earlier, value in zip(latest, fields[name], strict=True)
        ]
    return read_classes(names[-1], latest)


def _unosat_class(value: object) -> int | None:
    number = _WHOLE_NUMBER.fullmatch(str(value).strip())
    return class_of(value) if number is None else _UNOSAT_CODES.get(int(number[1]))
