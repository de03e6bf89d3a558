"""Names and colours of the values of a damage raster."""

from __future__ import annotations

from pathlib import Path

# what is read with it was written by this program
from xml.etree import ElementTree  # nosec B405

from ....protocol.schema import CLASS_LABELS, RASTER_NODATA, Damage, rgb

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


def write_categories(path: Path) -> None:
    """Write the names of the values where GDAL looks for them; a GeoTIFF itself has no place for them.

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
    ElementTree.ElementTree(root).write(beside, encoding="utf-8")
