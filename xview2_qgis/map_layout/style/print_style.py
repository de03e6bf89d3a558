"""How buildings are drawn on paper: in their colours, told apart in grey too, and seen at any scale.

The style of the file is made for the screen, where the roof is what one has to judge. On paper the class is: fills are
opaque from minor damage on and hardly there without it, the outline is the darker the heavier the damage, and a white
halo keeps a building off the image. Where buildings get smaller than a dot, each becomes one, the heavier damage above.
"""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCentroidFillSymbolLayer,
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsUnitTypes,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor

from ...protocol.schema import CLASS_COLOURS, CLASS_LABELS, CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, Damage
from .style_text import style_text
from .symbols import fill_symbol, simple_fill, simple_marker

#: Denominators of the scales up to which buildings are polygons, dots of full size, and smaller ones.
POLYGONS_TO, LARGE_DOTS_TO, DOTS_TO = 10_000, 50_000, 150_000

_MM = QgsUnitTypes.RenderUnit.RenderMillimeters
_HALO = 0.45  # millimetres of white on both sides of an outline together


@dataclass(frozen=True)
class _Look:
    """How a class is drawn: opacity of the fill, colour and width of the outline, size of its dot (millimetres)."""

    opacity: float
    line: str
    width: float
    dot: float
    dashed: bool = False


_LOOKS = {
    Damage.DESTROYED: _Look(1.0, "#1a0000", 0.4, 1.5),
    Damage.MAJOR: _Look(1.0, "#3d2b12", 0.3, 1.35),
    Damage.MINOR: _Look(1.0, "#4a4a32", 0.25, 1.2),
    Damage.NO_DAMAGE: _Look(0.2, CLASS_COLOURS[Damage.NO_DAMAGE], 0.4, 0.8),
    Damage.UNKNOWN: _Look(0.45, "#5a5a5a", 0.25, 0.8, dashed=True),
}
#: From the one that is drawn first to the one on top.
ORDER = (Damage.UNKNOWN, *DAMAGE_CLASSES)


def print_style(layer: QgsVectorLayer, dots: float = 1.0) -> str:
    """Return the style of a damage layer for paper, as QGIS keeps styles (XML); the layer stays as it is.

    Args:
        layer: the damage layer.
        dots: size of dots as a part of the usual one, for a small map.
    """
    field = "final_class" if layer.fields().indexOf("final_class") >= 0 else "damage_class"
    root = QgsRuleBasedRenderer.Rule(None)
    for smallest, largest in ((0, POLYGONS_TO), (POLYGONS_TO, LARGE_DOTS_TO), (LARGE_DOTS_TO, DOTS_TO), (DOTS_TO, 0)):
        for damage in reversed(ORDER):
            # just above the other band's last scale, which belongs to both otherwise
            above = smallest + 1 if smallest else 0
            rule = QgsRuleBasedRenderer.Rule(class_symbol(damage, smallest + 1, dots), above, largest)
            rule.setFilterExpression(_filter(field, damage))
            rule.setLabel(CLASS_LABELS[damage])
            root.appendChild(rule)
    renderer = QgsRuleBasedRenderer(root)
    renderer.setUsingSymbolLevels(True)
    return style_text(renderer)


def class_symbol(damage: Damage, scale: float, dots: float = 1.0) -> QgsFillSymbol:
    """Return how buildings of a class are drawn.

    Args:
        damage: the class.
        scale: denominator of the scale of the map.
        dots: size of dots as a part of the usual one.
    """
    if scale <= POLYGONS_TO:
        return _polygon(damage)
    if scale <= LARGE_DOTS_TO:
        return _dot(damage, dots)
    # large ones would hide the intact buildings among the destroyed
    return _dot(damage, dots * (0.65 if scale <= DOTS_TO else 0.4))


def dot_symbol(damage: Damage, part: float) -> QgsMarkerSymbol:
    """Return the dot of a class; ``part`` is its size as a part of the full one."""
    look = _LOOKS[damage]
    line = "#ffffff" if look.opacity < 1 else look.line
    symbol = simple_marker({
        "name": "circle", "color": CLASS_COLOURS[damage], "size": f"{look.dot * part:.2f}", "size_unit": "MM",
        "outline_color": line, "outline_width": f"{0.12 * part:.2f}", "outline_width_unit": "MM",
    })  # fmt: skip
    symbol.symbolLayer(0).setRenderingPass(1 + ORDER.index(damage))
    return symbol


def dot_swatch(damage: Damage) -> tuple[QgsFillSymbol, float]:
    """Return the dot of a class for a legend, a filled circle, and its size in millimetres."""
    look = _LOOKS[damage]
    line = "#8a8a8a" if look.opacity < 1 else look.line
    circle = {"color": CLASS_COLOURS[damage], "outline_color": line, "outline_width": "0.12"}
    return simple_fill(circle), 1.4 * look.dot


def _polygon(damage: Damage) -> QgsFillSymbol:
    look = _LOOKS[damage]
    halo = QgsSimpleLineSymbolLayer(QColor("#ffffff"), look.width + _HALO)
    halo.setWidthUnit(_MM)
    halo.setPenJoinStyle(Qt.PenJoinStyle.RoundJoin)
    halo.setRenderingPass(0)
    colour = QColor(CLASS_COLOURS[damage])
    colour.setAlphaF(look.opacity)
    fill = QgsSimpleFillSymbolLayer(colour)
    fill.setStrokeColor(QColor(look.line))
    fill.setStrokeStyle(Qt.PenStyle.DashLine if look.dashed else Qt.PenStyle.SolidLine)
    fill.setStrokeWidth(look.width)
    fill.setStrokeWidthUnit(_MM)
    fill.setRenderingPass(1 + ORDER.index(damage))
    return fill_symbol(halo, fill)


def _dot(damage: Damage, part: float) -> QgsFillSymbol:
    dots = QgsCentroidFillSymbolLayer()
    dots.setSubSymbol(dot_symbol(damage, part))
    dots.setRenderingPass(1 + ORDER.index(damage))
    return fill_symbol(dots)


def _filter(field: str, damage: Damage) -> str:
    """Return the expression for the buildings of a class; what says nothing, or something else, is unknown."""
    if damage is not Damage.UNKNOWN:
        return f"lower(trim(\"{field}\")) = '{CLASS_NAMES[damage]}'"
    others = ", ".join(f"'{name}'" for name in (*(CLASS_NAMES[known] for known in DAMAGE_CLASSES), NO_BUILDING))
    return f"lower(trim(coalesce(\"{field}\", ''))) NOT IN ({others})"
