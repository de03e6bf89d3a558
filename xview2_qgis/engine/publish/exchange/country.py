"""The country of an event as ISO 3166 code of three letters, which HDX calls a place by."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

from ....protocol.scene_facts import EventFacts
from ...language.wording import Wording

# what people write, and CLDR does not
_OTHER_NAMES = {
    "turkey": "TR", "myanmar": "MM", "burma": "MM", "ivory coast": "CI", "czech republic": "CZ", "cape verde": "CV",
    "palestine": "PS", "state of palestine": "PS", "dr congo": "CD", "democratic republic of the congo": "CD",
    "east timor": "TL", "usa": "US", "united states of america": "US", "viet nam": "VN", "syrian arab republic": "SY",
    "swaziland": "SZ", "macedonia": "MK", "bosnia and herzegovina": "BA", "hong kong": "HK",
}  # fmt: skip


def country_code(event: EventFacts, wording: Wording) -> str:
    """Return the code in small letters, empty where it is not known.

    Args:
        event: its country is a name, or a code of two or three letters; else that in its GLIDE number counts.
        wording: a language in which the name may be, besides English.
    """
    text = event.country.strip()
    known = _three_letters()
    if text.upper() in known.values():
        return text.lower()
    names = {text.upper(): text.upper()} if len(text) == 2 else dict(_OTHER_NAMES)
    for locale in (Locale.parse("en"), wording.locale):
        names |= {name.casefold(): code for code, name in locale.territories.items()}
    code = known.get(names.get(text.upper() if len(text) == 2 else text.casefold(), ""), "")
    glide = event.glide[-3:]
    return (code or (glide if glide in known.values() else "")).lower()


@cache
def _three_letters() -> dict[str, str]:
    """Return codes of three letters by those of two, as CLDR knows them."""
    aliases = get_global("territory_aliases")
    return {new[0]: old for old, new in aliases.items() if len(old) == 3 and old.isalpha() and len(new) == 1}
