"""Products and their options in the language of QGIS."""

from __future__ import annotations

from ...i18n.translation import tr


def product_titles() -> dict[str, str]:
    """Return what each product is called, by its name."""
    return {
        "cems": tr("Copernicus EMS grading package (folder)"),
        "unosat": tr("UNOSAT damage sites (points)"),
        "fema": tr("FEMA damage levels"),
        "osm": tr("OpenStreetMap review files (folder; nothing is uploaded)"),
        "geoparquet": tr("GeoParquet"),
        "mapswipe": tr("MapSwipe project (folder)"),
        "kml": tr("KML"),
        "kmz": tr("KMZ"),
        "shapefile": tr("Shapefile (ZIP archive)"),
        "csv": tr("Table (CSV)"),
        "xlsx": tr("Workbook (XLSX)"),
        "hdx": tr("HDX texts and metadata (folder)"),
    }


def option_titles() -> dict[str, str]:
    """Return what each option is called, by its name; the language is that of QGIS."""
    return {
        "low_confidence": tr("Confidence below which a building is possibly damaged (0 for never)"),
        "product_version": tr("Version of the product"),
        "activation": tr("Code of the Copernicus EMS activation, such as EMSR884"),
        "area_number": tr("Number of the area of interest"),
        "event_code": tr("UNOSAT code of the event, such as CE20220223UKR"),
        "organisation": tr("Organisation that publishes"),
        "contact": tr("Contact (else that of the event)"),
        "imagery_url": tr("Address of the imagery as tiles"),
    }
