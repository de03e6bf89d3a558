"""The place that the name of an image tells: its words without dates and without those of before and after.

A wrong pair is worse than none. So nothing is left out of a name but dates, and the words that name one image of a
pair in one language; what is left must be the same in both names, word by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from ....protocol.image_order import languages, plain_word
from ....protocol.name_date import without_dates

#: Words of a name in their order, in small letters.
Place = tuple[str, ...]

# parted by what is neither letter nor digit, and where small letters are followed by a capital, as in "TownPre"
_PARTS = re.compile(r"[^\W_]+")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class SceneName:
    """The name of an image, taken apart.

    Attributes:
        stem: name of the file without its ending.
    """

    stem: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words as they are written, without dates."""
        return tuple(_PARTS.findall(_CAPITAL.sub(" ", without_dates(self.stem))))

    def places(self, *, before: bool) -> dict[Place, frozenset[int]]:
        """Return the places that it may name, each with the languages whose words were left out for it.

        Args:
            before: whether the words of before are left out, else those of after.
        """
        plain = tuple(map(plain_word, self.words))
        found: dict[Place, set[int]] = {plain: set()}
        for number, (pre, post) in enumerate(_languages()):
            rest = tuple(word for word in plain if word not in (pre if before else post))
            if rest != plain:
                found.setdefault(rest, set()).add(number)
        return {place: frozenset(numbers) for place, numbers in found.items()}

    def title(self, place: Place) -> str:
        """Return the words of a place as they are written here, joined by underlines."""
        waiting, kept = list(place), []
        for word in self.words:
            if waiting and plain_word(word) == waiting[0]:
                kept.append(word)
                waiting.pop(0)
        return "_".join(kept)


@cache
def _languages() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple(languages())
