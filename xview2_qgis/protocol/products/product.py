"""What a result can be published as: the products, and the options that each of them heeds.

Standard library only: the command makes its arguments of this, the algorithm in QGIS its parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

#: Below this confidence a class above “possibly damaged” is published as “possibly damaged”, in schemas with that word.
LOW_CONFIDENCE = 0.5


@dataclass(frozen=True)
class PublishOptions:
    """What the user says about a product. Each product heeds some of them.

    Attributes:
        low_confidence: confidence, 0 to 1, below which a class is pulled down to “possibly damaged”; 0 for never.
        language: code of the language of the texts for people, such as ``en``.
        product_version: of the product, from 1.
        activation: code of an activation of Copernicus EMS, such as ``EMSR884``.
        area_number: number of the area of interest in it, from 1.
        event_code: of UNOSAT, such as ``CE20220223UKR``.
        organisation: who publishes.
        contact: whom to ask about the product; else that of the event.
        imagery_url: address of the imagery as tiles, for tools that show it below the buildings.
    """

    low_confidence: float = LOW_CONFIDENCE
    language: str = "en"
    product_version: int = 1
    activation: str = ""
    area_number: int = 1
    event_code: str = ""
    organisation: str = ""
    contact: str = ""
    imagery_url: str = ""


@dataclass(frozen=True)
class OptionWords:
    """An option on the command line.

    Attributes:
        metavar: what stands for its value in the help.
        help: what it is.
    """

    metavar: str
    help: str


#: All options by the names of their fields.
OPTION_WORDS: dict[str, OptionWords] = {
    "low_confidence": OptionWords(
        "SHARE", "confidence below which a class is published as possibly damaged, 0 for never (default: 0.5)"
    ),
    "language": OptionWords("CODE", "language of the texts for people, such as es or ar (default: en)"),
    "product_version": OptionWords("N", "version of the product (default: 1)"),
    "activation": OptionWords("EMSRnnn", "code of an activation of Copernicus EMS, which names the product"),
    "area_number": OptionWords("N", "number of the area of interest in the activation (default: 1)"),
    "event_code": OptionWords("CODE", "code of the event at UNOSAT, such as CE20220223UKR"),
    "organisation": OptionWords("NAME", "who publishes"),
    "contact": OptionWords("TEXT", "whom to ask about the product (default: the contact of the event)"),
    "imagery_url": OptionWords("URL", "address of the imagery as tiles, with {z}, {x} and {y}"),
}


@dataclass(frozen=True)
class Product:
    """Something that a result can be published as.

    Attributes:
        name: on the command line; never translated.
        title: for people, English.
        suffixes: what the file may end in, the usual ending first; empty for a folder of files.
        options: names of the options of :class:`PublishOptions` that it heeds.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    options: tuple[str, ...] = ()


#: All products, in the order in which they are offered.
PRODUCTS: tuple[Product, ...] = (
    Product(
        "cems", "Copernicus EMS grading package", (),
        ("low_confidence", "activation", "area_number", "product_version", "organisation", "contact"),
    ),
    Product("unosat", "UNOSAT damage sites", (".gpkg",), ("low_confidence", "event_code", "contact")),
    Product("fema", "FEMA damage levels", (".gpkg",), ()),
    Product("osm", "OpenStreetMap review files", (), ("language",)),
    Product("geoparquet", "GeoParquet", (".parquet", ".geoparquet"), ("language", "contact")),
    Product("mapswipe", "MapSwipe project", (), ("language", "organisation", "imagery_url")),
    Product("kml", "KML", (".kml",), ("language", "contact")),
    Product("kmz", "KMZ", (".kmz",), ("language", "contact")),
    Product("shapefile", "Shapefile (ZIP archive)", (".zip",), ("language", "contact")),
    Product("csv", "Table (CSV)", (".csv",), ("language",)),
    Product("xlsx", "Workbook (XLSX)", (".xlsx",), ("language", "contact")),
    Product("hdx", "HDX texts and metadata", (), ("language", "organisation", "contact")),
)  # fmt: skip


def product(name: str) -> Product:
    """Return the product of a name.

    Raises:
        KeyError: there is none.
    """
    return {one.name: one for one in PRODUCTS}[name]


def option_types() -> dict[str, type[Any]]:
    """Return the type of each option by its name, in their order."""
    return {one.name: type(one.default) for one in fields(PublishOptions)}
