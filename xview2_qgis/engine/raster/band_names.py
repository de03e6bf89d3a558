"""Band names: what the metadata of a raster say about the colour of each of its bands.

Vendors deliver blue, green, red, infrared as often as red, green, blue, and the colour interpretation of GDAL is a
default in many files. A description of a band is worth more: a common name (STAC), a central wavelength, a
description in words, the groups of a DigitalGlobe IMD file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from rasterio.io import DatasetReader

from .stacked_files import stacked_files

#: ``red``, ``green``, ``blue``, or what else is known, such as ``nir``; None where a band has no name.
Colours = list[str | None]

_NAME_KEYS = ("common_name", "eo:common_name", "stac_common_name", "commonname", "color", "colour")
_TITLE_KEYS = ("band_name", "bandname", "name", "title", "long_name", "description", "band", "id")
_ORDER_KEYS = ("band_order", "bandorder", "band_names", "bandnames", "bands")
_WAVELENGTH_KEYS = (
    "central_wavelength_um", "wavelength", "wavelengths", "center_wavelength", "central_wavelength",
    "centre_wavelength", "cwl", "eo:center_wavelength", "wavelength_nm", "wavelength_um", "central_wavelength_nm",
)  # fmt: skip
_WORDS = {
    "red": {"red", "rot", "rouge", "rojo", "roja", "rosso", "vermelho", "rood", "rod", "czerwony", "merah"},
    "green": {"green", "grun", "gruen", "vert", "verde", "groen", "gron", "zielony", "hijau"},
    "blue": {"blue", "blau", "bleu", "azul", "blu", "blauw", "bla", "niebieski", "biru"},
}
#: Words of bands that have a colour in their name and are another one: red edge, coastal blue, Planet's green I.
_OTHER = {
    "edge": "rededge", "rededge": "rededge", "coastal": "coastal", "infra": "nir", "infrared": "nir", "nir": "nir",
    "swir": "swir", "i": "green_i", "yellow": "yellow", "ndvi": "index", "alpha": "alpha",
    "infrarot": "nir", "infrarouge": "nir", "infrarrojo": "nir", "panchromatic": "pan", "pan": "pan", "mask": "mask",
}  # fmt: skip
_LETTERS = {
    "r": "red",
    "g": "green",
    "b": "blue",
    "n": "nir",
    "c": "coastal",
    "y": "yellow",
    "re": "rededge",
    "p": "pan",
}
_SENTINEL = {"b02": "blue", "b03": "green", "b04": "red"}  # names with a zero are Sentinel-2's alone
#: Micrometres from, to, and the middle where sensors that see buildings have their band.
_RANGES = {"blue": (0.446, 0.515, 0.480), "green": (0.515, 0.590, 0.555), "red": (0.615, 0.695, 0.660)}


def named_colours(dataset: DatasetReader) -> tuple[Colours, str] | None:
    """Return the colour of each band and where it is stated, None where not all of red, green and blue are named."""
    return next((found for found in _named(dataset) if {"red", "green", "blue"} <= set(found[0])), None)


def partly_named_colours(dataset: DatasetReader) -> Colours:
    """Return the colour of each band where at least that of some is known, as of infrared, red and green."""
    return next((colours for colours, _ in _named(dataset) if any(colours)), [None] * dataset.count)


def _named(dataset: DatasetReader) -> Iterator[tuple[Colours, str]]:
    tags = [
        {key.lower(): text for domain in (None, "IMAGERY") for key, text in dataset.tags(band, ns=domain).items()}
        for band in dataset.indexes
    ]
    whole = {key.lower(): text for key, text in dataset.tags().items()}
    titles = [
        [text or "", whole.get(f"band_{band}", ""), *(own[key] for key in _TITLE_KEYS if key in own)]
        for band, text, own in zip(dataset.indexes, dataset.descriptions, tags, strict=True)
    ]
    common = [[own.get(key, "") for key in _NAME_KEYS] for own in tags]
    ways: tuple[tuple[str, Callable[[], Colours]], ...] = (
        ("common names of the bands", lambda: [_first(_in_words, text) for text in common]),
        ("wavelengths of the bands", lambda: _by_wavelength(list(map(_wavelength_um, tags, titles)))),
        ("names of the bands", lambda: [_first(_in_words, text) for text in titles]),
        ("names of the bands", lambda: [_first(_letter, text) for text in titles]),
        ("Sentinel-2 names of the bands", lambda: [_first(_sentinel, text) for text in titles]),
        ("order of the bands in its metadata", lambda: _ordered(whole, dataset.count)),
        ("metadata of the vendor (IMD)", lambda: _vendor(dataset)),
        ("names of the files of the bands", lambda: list(map(_file_colour, stacked_files(dataset)))),
    )
    for source, way in ways:
        yield way(), source


def _first(way: Callable[[str], str | None], texts: list[str]) -> str | None:
    return next((colour for colour in map(way, texts) if colour is not None), None)


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z]+", plain)


def _in_words(text: str) -> str | None:
    tokens = _tokens(text)
    other = next((_OTHER[token] for token in tokens if token in _OTHER), None)
    if other is not None:
        return other
    found = {colour for colour, words in _WORDS.items() if words & set(tokens)}
    return found.pop() if len(found) == 1 else None


def _letter(text: str) -> str | None:
    return _LETTERS.get(re.sub(r"^band[\s_-]*", "", text.strip().lower()))


def _file_colour(stem: str) -> str | None:
    """Return the colour in the name of a file that holds one band: ``2021_red``, ``T33UUP_20210714_B04_10m``."""
    spaced = re.sub(r"[\W_]+", " ", stem)
    return _in_words(spaced) or _sentinel(spaced)


def _sentinel(text: str) -> str | None:
    return next((_SENTINEL[name] for name in re.findall(r"\bb\d\d\b", text.lower()) if name in _SENTINEL), None)


def _wavelength_um(tags: dict[str, str], titles: list[str]) -> float | None:
    """Return the central wavelength of a band in micrometres."""
    units = tags.get("wavelength_units", "")
    for key in _WAVELENGTH_KEYS:
        if key in tags:
            return _micrometres(tags[key] + " " + units)
    for title in titles:
        match = re.search(r"(\d+(?:\.\d+)?)\s*(nm|nanomet\w*|um|µm|μm|micromet\w*)\b", title, re.IGNORECASE)
        if match:
            return _micrometres(match.group(0))
    return None


def _micrometres(text: str) -> float | None:
    """Return a wavelength in micrometres. The number alone suffices: light has 0.4 to 0.7 of them, or 400 to 700 nm."""
    match = re.search(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", text)
    if match is None:
        return None
    value = float(match.group())
    return value if 0.2 < value < 20.0 else value / 1000.0 if 200.0 < value < 20_000.0 else None


def _by_wavelength(lengths: list[float | None]) -> Colours:
    colours: Colours = [None if length is None else "other" for length in lengths]
    for colour, (low, high, middle) in _RANGES.items():
        near = [(abs(x - middle), n) for n, x in enumerate(lengths) if x is not None and low <= x < high]
        if near:
            colours[min(near)[1]] = colour
    return colours


def _ordered(tags: dict[str, str], count: int) -> Colours:
    """Return the colours that one tag of the raster lists, such as ``B,G,R,N``."""
    for key in _ORDER_KEYS:
        names = [name for name in re.split(r"[\s,;|/]+", tags.get(key, "").strip("[](){} ")) if name]
        if len(names) == count:
            return [_in_words(name) or _letter(name.strip("'\"")) for name in names]
    return []


def _vendor(dataset: DatasetReader) -> Colours:
    """Return the bands of a DigitalGlobe or Maxar product: its metadata have a group for each, in their order."""
    imd = dataset.tags(ns="IMD")
    groups = dict.fromkeys(
        match.group(1).lower() for key in imd if (match := re.match(r"(?:.*\.)?BAND_([A-Z]+\d?)\.", key, re.IGNORECASE))
    )
    letters = list(groups)
    if len(letters) != dataset.count:
        text = next((value for key, value in imd.items() if key.lower().endswith("bandid")), "").strip('"; ').lower()
        letters = list(text) if set(text) <= set("rgbn") else []
    if len(letters) != dataset.count:
        return []
    return [_LETTERS.get(letter, letter) for letter in letters]
