"""Names of scenes, which become names of files on every system."""

from __future__ import annotations

import re
import unicodedata

from ....protocol.plain_text import text_fault

_LONGEST_BYTES = 120  # an ending and those of working files come behind it
_LONGEST = 120
# of Windows; "!" and ";" are signs of the libraries that write results
_REFUSED = re.compile(r'[\\/:*?"<>|!;]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$", re.IGNORECASE)


def id_fault(scene_id: str) -> str:
    """Return why a name cannot be that of a scene, an empty text where it can."""
    if not scene_id:
        return "is empty"
    if fault := text_fault(scene_id, _LONGEST):
        return fault
    if len(scene_id.encode("utf-8")) > _LONGEST_BYTES:
        return f"is longer than {_LONGEST_BYTES} bytes"
    if found := _REFUSED.search(scene_id):
        return f"holds {found[0]}, which no name of a file may hold everywhere"
    if scene_id.startswith(".") or scene_id.endswith((".", " ")):
        return "begins or ends with a full stop"
    if _RESERVED.match(scene_id):
        return "is a name that Windows keeps for a device"
    return ""


def made_fit(name: str) -> str:
    """Return a name for a scene that is as near to the one given as possible; empty where nothing is left of it."""
    fit = _REFUSED.sub("_", "".join(sign for sign in name if not text_fault(sign, 1))).strip(". ")
    fit = _cut(fit)
    # before it: Windows looks at what stands before the first full stop
    return _cut(f"_{fit}") if _RESERVED.match(fit) else fit


def _cut(name: str) -> str:
    return name.encode("utf-8")[:_LONGEST_BYTES].decode("utf-8", errors="ignore").strip(". ")


def same_file(scene_id: str) -> str:
    """Return what two names have in common that name one file on some system: case and composed letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", scene_id).casefold())
