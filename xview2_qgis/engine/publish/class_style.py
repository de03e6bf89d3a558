"""How QGIS and other programs draw the classes of a product: QML inside of it, SLD beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# only to write; nothing is read with it
from xml.etree import ElementTree  # nosec B405

from ...protocol.schema import CLASS_COLOURS, Damage, rgb
from ..output.template import template

_SLD, _SE, _OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"


@dataclass(frozen=True)
class ClassLook:
    """A class of a product.

    Attributes:
        value: in the field.
        label: in the legend.
        damage: whose colour it has.
    """

    value: str
    label: str
    damage: Damage

    @property
    def colour(self) -> str:
        """Red, green and blue, 0 to 255, as QML has them."""
        return ",".join(map(str, rgb(self.damage)))


def class_qml(attribute: str, looks: Sequence[ClassLook], *, points: bool = False, numbers: bool = False) -> str:
    """Return the QML style of a layer by its classes.

    Args:
        attribute: the field.
        looks: its values, in the order of the legend.
        points: the layer holds points, not polygons.
        numbers: the values are whole numbers.
    """
    return template("product_classes.qml").render(
        attribute=attribute, categories=looks, points=points, value_type="integer" if numbers else "string"
    )


def class_sld(layer: str, attribute: str, looks: Sequence[ClassLook]) -> str:
    """Return the style of a polygon layer by its classes as SLD 1.1.0 (OGC 05-078r4)."""
    rules = [_rule(look.label, CLASS_COLOURS[look.damage], (attribute, look.value)) for look in looks]
    return _sld(layer, rules)


def plain_sld(layer: str, label: str, colour: str, *, filled: bool = False) -> str:
    """Return the style of a polygon layer of one kind as SLD 1.1.0.

    Args:
        layer: its name.
        label: in the legend.
        colour: ``#rrggbb``.
        filled: with a pale fill, not the outline alone.
    """
    return _sld(layer, [_rule(label, colour, None, filled=filled, stroke=colour)])


def _sld(layer: str, rules: Sequence[ElementTree.Element]) -> str:
    for prefix, address in (("", _SLD), ("se", _SE), ("ogc", _OGC)):
        ElementTree.register_namespace(prefix, address)
    root = ElementTree.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": "1.1.0"})
    named = ElementTree.SubElement(root, f"{{{_SLD}}}NamedLayer")
    ElementTree.SubElement(named, f"{{{_SE}}}Name").text = layer
    style = ElementTree.SubElement(named, f"{{{_SLD}}}UserStyle")
    ElementTree.SubElement(style, f"{{{_SE}}}Name").text = layer
    ElementTree.SubElement(style, f"{{{_SE}}}FeatureTypeStyle").extend(rules)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _rule(
    label: str, colour: str, only: tuple[str, str] | None, *, filled: bool = True, stroke: str = "#202020"
) -> ElementTree.Element:
    rule = ElementTree.Element(f"{{{_SE}}}Rule")
    ElementTree.SubElement(rule, f"{{{_SE}}}Name").text = label
    described = ElementTree.SubElement(rule, f"{{{_SE}}}Description")
    ElementTree.SubElement(described, f"{{{_SE}}}Title").text = label
    if only is not None:
        chosen = ElementTree.SubElement(rule, f"{{{_OGC}}}Filter")
        equal = ElementTree.SubElement(chosen, f"{{{_OGC}}}PropertyIsEqualTo")
        ElementTree.SubElement(equal, f"{{{_OGC}}}PropertyName").text = only[0]
        ElementTree.SubElement(equal, f"{{{_OGC}}}Literal").text = only[1]
    symbol = ElementTree.SubElement(rule, f"{{{_SE}}}PolygonSymbolizer")
    if filled:
        _parameters(ElementTree.SubElement(symbol, f"{{{_SE}}}Fill"), {"fill": colour, "fill-opacity": "0.4"})
    _parameters(ElementTree.SubElement(symbol, f"{{{_SE}}}Stroke"), {"stroke": stroke, "stroke-width": "1"})
    return rule


def _parameters(parent: ElementTree.Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        ElementTree.SubElement(parent, f"{{{_SE}}}SvgParameter", {"name": name}).text = value
