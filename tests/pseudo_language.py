"""Languages made up for tests: every text in strange letters, and two fifths longer than in English."""

from __future__ import annotations

import gettext
import math
import re

_STRANGE = str.maketrans(
    "aceghijklnorstuwyzACDEGHIKLNORSTUWYZ", "áçéĝĥíĵķľñóŕšţúŵýžÁÇĎÉĜĤÍĶĽÑÓŔŠŢÚŴÝŽ"
)  # fmt: skip
#: What a translator keeps: names in braces, tags, keys of buttons, percent signs with a name.
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&[a-z]+;|&\w|%\(\w+\)s|%%|\n)")
_LONGER = 0.4


def pseudo(text: str, mark: str = "") -> str:
    """Return ``[Šávé… ~~~~]`` for ``Save…``."""
    if not text.strip():
        return text
    parts = _KEPT.split(text)
    strange = "".join(part if number % 2 else part.translate(_STRANGE) for number, part in enumerate(parts))
    bare = sum(len(part) for part in parts[::2])
    more = math.ceil(bare * _LONGER)
    # in words as long as those of a language, so that they wrap
    filling = " ".join("~" * min(6, more - begin) for begin in range(0, more, 6))
    head, tail = re.match(r"\s*", strange)[0], re.search(r"\s*$", strange)[0]
    return f"{head}{mark}[{strange.strip()} {filling}]{mark}{tail}"


class Pseudo(gettext.NullTranslations):
    """The translations of such a language.

    Args:
        right_to_left: whether the texts begin at the right.
    """

    def __init__(self, *, right_to_left: bool = False) -> None:
        super().__init__()
        self._mark = "\u200f" if right_to_left else ""

    def gettext(self, message: str) -> str:
        return pseudo(message, self._mark)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2, self._mark)


def foreign_words(text: str) -> list[str]:
    """Return the words of a text that no translation has made."""
    bare = re.sub(r"<[^<>]*>|&[a-z]+;|\b[A-Z]{2}-\d[\w-]*|(?<!\w)(?:/[\w .-]+)+|https://\S+", " ", text)
    while (less := re.sub(r"\[[^\[\]]*\]", " ", bare)) != bare:
        bare = less
    return re.findall(r"[^\W\d_]{2,}", bare.replace("&", ""))
