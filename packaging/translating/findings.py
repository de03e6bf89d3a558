"""What is wrong with a translation, as far as a program sees it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&(?:[a-z]+|#\d+);")
_MNEMONIC = re.compile(r"(?<!&)&(?![a-z]+;|#\d+;|&|\s)")
_PERCENT = re.compile(r"%(?:\(\w+\)[a-z]|%)?")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_QUESTION = "?؟"
#: What is the same in all languages: names of programs, formats and measures.
_NAMES = frozenset(
    re.findall(
        _LETTERS,
        "xView2 QGIS GeoPackage GeoTIFF GeoJSON GeoParquet HTML CSV XLSX PDF PNG KML KMZ JSON YAML STAC GPU"
        " CPU CUDA ONNX Runtime TensorRT DirectML CoreML Python pip URL CRS EPSG GLIDE OpenStreetMap MapSwipe"
        " HDX UNOSAT FEMA Copernicus EMS xBD IoU gpkg tif tiff csv html zip json xlsx pdf png kml kmz yaml yml"
        " shp geojson parquet px km min KB MB GB Esc Ctrl Shift Alt Maxar Vantor Planet H3 NVIDIA Linux"
        " Windows macOS",
    )
)
#: A remark of a translator that says: the word is the same in this language.
SAME = "same"


def findings(text: str, translation: str, *, remarks: str = "", counted: bool = False) -> Iterator[str]:
    """Yield what is wrong with one translation.

    Args:
        text: as it stands in the sources.
        translation: of it; not empty.
        remarks: what the translator has written about it.
        counted: it is one form of several, which may leave the number out ("one building").
    """
    if text == translation and SAME not in remarks.split() and _has_words(text):
        yield "is the same as in English; where that is right, write “# same” above it"
    yield from _different("placeholders", _fields(text), _fields(translation), {"n"} if counted else set())
    if text.count("{}") == 1 and "{0}" in translation:
        yield "the one placeholder is {}, not {0}"
    yield from _different("tags", Counter(_TAG.findall(text)), Counter(_TAG.findall(translation)))
    yield from _different("percent signs", _percents(text), _percents(translation))
    if len(_MNEMONIC.findall(text)) == 1 and "<" not in text and len(_MNEMONIC.findall(translation)) != 1:
        yield "one letter has an & before it, which makes it the key of the button"
    for end in ("…", ":", "\n"):
        if text.endswith(end) != translation.endswith(end):
            yield f"the end differs: {end!r}"
    if text.endswith("?") != translation.endswith(tuple(_QUESTION)) and not translation.endswith(";"):
        yield "one is a question, the other is none"
    for name, edge in (("beginning", str.lstrip), ("end", str.rstrip)):
        if (edge(text) != text) != (edge(translation) != translation):
            yield f"blanks at the {name} differ"
    if text.count("\n") != translation.count("\n"):
        yield "the number of lines differs"


def _has_words(text: str) -> bool:
    bare = re.sub(r"\{[^}]*\}|%\(\w+\)s", " ", _TAG.sub(" ", text)).replace("&", "")
    return any(word not in _NAMES and not word.isupper() for word in _LETTERS.findall(bare))


def _fields(text: str) -> Counter[str]:
    """Return the names in braces with their formats; those without a name are numbered."""
    found: Counter[str] = Counter()
    number = 0
    try:
        for _, name, form, conversion in Formatter().parse(text):
            if name is None:
                continue
            if not name:
                name, number = str(number), number + 1
            found[f"{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}"] += 1
    except ValueError:
        found["a brace without its other half"] += 1
    return found


def _percents(text: str) -> Counter[str]:
    # a percent sign alone is one of text, unless names like %(n)s stand beside it
    found = Counter(_PERCENT.findall(text))
    return found if any("(" in part for part in found) or "%%" in found else Counter()


def _different(what: str, wanted: Counter[str], given: Counter[str], may_lack: set[str] | None = None) -> Iterator[str]:
    lacking = [part for part in wanted if given[part] < wanted[part] and part not in (may_lack or set())]
    strange = [part for part in given if part not in wanted or given[part] > wanted[part]]
    if lacking or strange:
        parts = (("missing", lacking), ("too many", strange))
        yield f"{what} differ: " + "; ".join(f"{name} {', '.join(sorted(found))}" for name, found in parts if found)
