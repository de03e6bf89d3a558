"""Which of two images is the older one, as far as their names show.

A wrong guess is worse than none: the networks find a destroyed town undamaged when its images are exchanged. So only
dates decide, or words that name the pair in one language ("avant" here and "après" there); anything else is left open.

Plain Python without any package: the plugin asks, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import TypeVar

from .name_date import date_in_name

# words before and after the event, a language a line; compared without case and accents, as whole parts of a name
_WORDS = (
    ("before pre prior beforehand", "after post"),
    ("avant pre", "apres post"),
    ("vor vorher davor", "nach nachher danach"),
    ("antes pre previo", "despues tras post"),
    ("antes pre", "depois apos pos post"),
    ("prima pre", "dopo post"),
    ("voor vooraf", "na nadien"),
    ("przed", "po"),
    ("pred", "po"),
    ("prije", "poslije nakon"),
    ("pre", "posle"),
    ("inainte", "dupa"),
    ("elott", "utan"),
    ("ennen", "jalkeen"),
    ("fore innan", "efter"),
    ("før for", "efter etter"),
    ("once oncesi", "sonra sonrasi"),
    ("до", "после"),
    ("до перед", "після"),
    ("преди", "след"),
    ("пре", "после"),
    ("πριν", "μετα"),
    ("قبل", "بعد"),
    ("پیش", "پس"),
    ("پہلے", "بعد"),
    ("לפני", "אחרי"),
    ("पहले", "बाद"),
    ("अघि", "पछि"),
    ("আগে", "পরে"),
    ("sebelum", "sesudah setelah selepas"),
    ("truoc", "sau"),
    ("kabla", "baada"),
    ("avan", "apre"),
    ("bago", "pagkatapos"),
    ("이전 전", "이후 후"),
    ("ก่อน", "หลัง"),
)
# written without spaces: the sign stands at the end of a word
_ENDINGS = (("前", "後"), ("前", "后"), ("전", "후"))
_GLUED = re.compile(
    r"(pre|post)(?:disaster|event|storm|quake|earthquake|flood|fire|hurricane|cyclone|tsunami|image)s?$"
)

_Image = TypeVar("_Image")


@dataclass(frozen=True)
class ImageNames:
    """Under which names an image is known.

    Attributes:
        layer: name of its layer.
        file: name of its file without extension; may be empty.
    """

    layer: str
    file: str = ""

    @property
    def day(self) -> date | None:
        """The day in the names; None if there is none, or if they contradict each other."""
        days = {day for day in map(date_in_name, self._all) if day is not None}
        return days.pop() if len(days) == 1 else None

    @property
    def _all(self) -> tuple[str, str]:
        return self.layer, self.file


def is_older(first: ImageNames, second: ImageNames) -> bool | None:
    """Return whether the first image is the older one; None if the names do not show it, or contradict each other."""
    by_words = _by_words(first, second)
    if first.day is not None and second.day is not None and first.day != second.day:
        by_day = first.day < second.day
        return by_day if by_words in (None, by_day) else None
    return by_words


def only_pair(images: Sequence[tuple[_Image, ImageNames]]) -> tuple[_Image, _Image] | None:
    """Return the older and the newer one of the only two images whose names show their order; None if there are none.

    Of more than two images those are meant that are named as a pair by words: several dates may be a series.
    """
    order = is_older if len(images) == 2 else _by_words
    pairs = [(first[0], second[0]) for first, second in permutations(images, 2) if order(first[1], second[1]) is True]
    return pairs[0] if len(pairs) == 1 else None


def _by_words(first: ImageNames, second: ImageNames) -> bool | None:
    """Return what the words of the layers show, and those of the files, which must not contradict them."""
    found = {in_words(first.layer, second.layer), in_words(first.file, second.file)} - {None}
    return found.pop() if len(found) == 1 else None


def in_words(first: str, second: str) -> bool | None:
    """Return True if words in two names show that the first image is the older one, False if the second, else None."""
    older, newer = frozenset(_parts(first)), frozenset(_parts(second))
    forward, backward = _before_after(older, newer), _before_after(newer, older)
    return forward if forward != backward else None


def _before_after(first: frozenset[str], second: frozenset[str]) -> bool:
    """Return whether in some language the first has only words of before, and the second only words of after."""
    for before, after in languages():
        if first & before and not first & after and second & after and not second & before:
            return True
    return any(
        _ends(first, pre) and not _ends(first, post) and _ends(second, post) and not _ends(second, pre)
        for pre, post in _ENDINGS
    )


def _ends(parts: frozenset[str], ending: str) -> bool:
    return any(part.endswith(ending) for part in parts)


def languages() -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield the words of before and those of after of each language, as :func:`plain_word` returns them."""
    for before, after in _WORDS:
        yield frozenset(map(_plain, before.split())), frozenset(map(_plain, after.split()))


def _parts(name: str) -> Iterator[str]:
    """Yield the words of a name: parted by anything but letters, and where small letters are followed by a capital."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    for word in "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in split).split():
        yield plain_word(word)


def plain_word(word: str) -> str:
    """Return a word in small letters without accents, and of ``predisaster`` and the like the ``pre``."""
    plain = _plain(word)
    glued = _GLUED.match(plain)
    return glued.group(1) if glued else plain


def _plain(word: str) -> str:
    """Return a word in small letters without accents."""
    # small before taken apart: the Turkish İ
    apart = unicodedata.normalize("NFKD", word.casefold())
    # marks above and below letters only: vowels of Hindi or Thai are marks, too
    kept = "".join(sign for sign in apart if unicodedata.combining(sign) < 200)
    return unicodedata.normalize("NFC", kept).replace("ı", "i")
