"""What stands on a layout: its texts, and where its items lie."""

from __future__ import annotations

from qgis.core import QgsLayoutItem, QgsLayoutItemLabel


def labels(layout):
    """The labels of a layout by their names."""
    return {item.id(): item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)}


def letters(label):
    """Size of the letters of a label, points, and whether they are bold; QGIS 3.22 has a font only."""
    if hasattr(label, "textFormat"):
        return label.textFormat().size(), label.textFormat().font().bold()
    return label.font().pointSizeF(), label.font().bold()


def texts(layout):
    """What the labels of a layout say, with their expressions computed."""
    return {name: item.currentText() for name, item in labels(layout).items()}


def items(layout):
    """All items that a person has put there."""
    return [item for item in layout.items() if isinstance(item, QgsLayoutItem) and item.id()]


def box(item):
    """The place of an item on its page, millimetres."""
    return item.mapRectToScene(item.rect())
