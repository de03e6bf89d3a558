"""Styles of KML: the colour of each class, its balloon, and its colour in the list of places."""

from __future__ import annotations

from html import escape

from ....protocol.schema import Damage, rgb
from ...language.wording import Wording
from ..content.statement import class_label, validation
from .fields import FIELDS
from .xml_stream import XmlStream

#: Name of the schemas of the fields, by which balloons find values.
SCHEMA = "building"

_FILL, _LINE = 0x80, 0xFF  # opacity: half a fill leaves the roof in sight
_WIDTH = "2"


def style_id(damage: Damage) -> str:
    """Return the id of the style of a class."""
    return f"damage-{int(damage)}"


def schema_id(damage: Damage) -> str:
    """Return the id of the schema of a class."""
    return f"fields-{int(damage)}"


def kml_colour(damage: Damage, opacity: int) -> str:
    """Return a colour as KML has it: opacity, blue, green, red."""
    red, green, blue = rgb(damage)
    return f"{opacity:02x}{blue:02x}{green:02x}{red:02x}"


def style(xml: XmlStream, damage: Damage, icon: str | None, wording: Wording) -> None:
    """Write the style of a class.

    Args:
        xml: where to.
        damage: the class.
        icon: file with its colour for the list of places; None for none.
        wording: language of the balloon.
    """
    with xml.inside("Style", {"id": style_id(damage)}):
        _group(xml, "LineStyle", {"color": kml_colour(damage, _LINE), "width": _WIDTH})
        _group(xml, "PolyStyle", {"color": kml_colour(damage, _FILL), "fill": "1", "outline": "1"})
        _group(xml, "BalloonStyle", {"text": _balloon(damage, wording)})
        if icon is not None:
            with xml.inside("ListStyle"):
                _group(xml, "ItemIcon", {"state": "open closed", "href": icon})


def _group(xml: XmlStream, name: str, values: dict[str, str]) -> None:
    with xml.inside(name):
        for key, value in values.items():
            xml.text(key, value)


def _balloon(damage: Damage, wording: Wording) -> str:
    """Return the HTML of a balloon; the program puts in the values."""
    rows = "".join(
        f"<tr><td>{escape(field.title(wording))}</td><td>$[{SCHEMA}/{field.name}]</td></tr>" for field in FIELDS
    )
    side = f' dir="{wording.direction}"'
    return (
        f"<div{side}><h3>$[name]</h3><p><b>{escape(class_label(damage, wording))}</b></p><table>{rows}</table>"
        f"<p><i>{escape(validation(wording))}</i></p></div>"
    )
