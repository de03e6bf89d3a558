"""Names and colours of the values of a damage raster."""

from __future__ import annotations

from pathlib import Path

# what is read with it was written by this program
from xml.etree import ElementTree  # nosec B405

from ....protocol.schema import CLASS_LABELS, DAMAGE_CLASSES, RASTER_NODATA, Damage, rgb

#: The value of an assessed pixel on which no building stands.
NO_BUILDING = 0

_CATEGORIES = {NO_BUILDING: "No building", RASTER_NODATA: "Not assessed"} | {
    int(damage): CLASS_LABELS[damage] for damage in Damage if damage is not Damage.UNKNOWN
}


def colours() -> dict[int, tuple[int, int, int, int]]:
    """Return red, green, blue and opacity of each value."""
    # the palette of a GeoTIFF knows no transparency: white shows where a program has no style for the file
    palette = {NO_BUILDING: (255, 255, 255, 0), RASTER_NODATA: (255, 255, 255, 0)}
    for damage in Damage:
        if damage is not Damage.UNKNOWN:
            palette[int(damage)] = (*rgb(damage), 255)
    return palette


#: Columns of the attribute table: name, type (0 integer, 2 text) and use, both as numbered by GDAL
#: (``GDALRATFieldType``, ``GDALRATFieldUsage``).
_COLUMNS = (("Value", 0, 5), ("Class", 2, 2), ("Red", 0, 6), ("Green", 0, 7), ("Blue", 0, 8), ("Alpha", 0, 9))


def write_categories(path: Path) -> None:
    """Write names and colours of the values where GDAL looks for them; a GeoTIFF itself has no place for names.

    Names come twice: as category names, one for each of 256 values, and as attribute table with the four classes alone,
    which QGIS (3.30 and later) and other programs make their legend of.

    Args:
        path: the GeoTIFF. The names go to ``.aux.xml`` beside it.

    Raises:
        OSError: the file cannot be written.
    """
    beside = path.with_name(path.name + ".aux.xml")
    # GDAL puts there what a GeoTIFF cannot hold, such as unusual CRS
    # GDAL wrote that file a moment ago, in the private folder of this run
    there = beside.exists()
    root = ElementTree.parse(beside).getroot() if there else ElementTree.Element("PAMDataset")  # nosec B314
    band = next((found for found in root.iter("PAMRasterBand") if found.get("band") == "1"), None)
    if band is None:
        band = ElementTree.SubElement(root, "PAMRasterBand", band="1")
    names = ElementTree.SubElement(band, "CategoryNames")
    for value in range(256):
        ElementTree.SubElement(names, "Category").text = _CATEGORIES.get(value, "")
    _add_attribute_table(band)
    ElementTree.ElementTree(root).write(beside, encoding="utf-8")


def _add_attribute_table(band: ElementTree.Element) -> None:
    table = ElementTree.SubElement(band, "GDALRasterAttributeTable", tableType="thematic")
    for number, (name, kind, use) in enumerate(_COLUMNS):
        column = ElementTree.SubElement(table, "FieldDefn", index=str(number))
        for tag, text in (("Name", name), ("Type", str(kind)), ("Usage", str(use))):
            ElementTree.SubElement(column, tag).text = text
    for number, damage in enumerate(DAMAGE_CLASSES):
        row = ElementTree.SubElement(table, "Row", index=str(number))
        for value in (int(damage), CLASS_LABELS[damage], *rgb(damage), 255):
            ElementTree.SubElement(row, "F").text = str(value)
