"""Names inside a result: damage classes with their numbers, words and colours; layers, fields.

The numbers are those of xBD's masks; 0 means "no building" in a raster and "unknown" for a building, of which no
pixel was valid in the post-event image. The colours stay apart for people with the usual colour-vision deficiencies.
"""

from __future__ import annotations

from enum import IntEnum

from .language.mark import mark


class Damage(IntEnum):
    """Damage of one building."""

    UNKNOWN = 0
    NO_DAMAGE = 1
    MINOR = 2
    MAJOR = 3
    DESTROYED = 4


#: Words of xBD, used in files.
CLASS_NAMES: dict[Damage, str] = {
    Damage.UNKNOWN: "unknown",
    Damage.NO_DAMAGE: "no-damage",
    Damage.MINOR: "minor-damage",
    Damage.MAJOR: "major-damage",
    Damage.DESTROYED: "destroyed",
}

#: What a reviewer calls an outline that holds no building; it has no number, because it is in no count.
NO_BUILDING = "no-building"
NO_BUILDING_LABEL = mark("No building (review)")

#: Words for people, used in legends and reports.
CLASS_LABELS: dict[Damage, str] = {
    Damage.UNKNOWN: mark("Unknown"),
    Damage.NO_DAMAGE: mark("No damage"),
    Damage.MINOR: mark("Minor damage"),
    Damage.MAJOR: mark("Major damage"),
    Damage.DESTROYED: mark("Destroyed"),
}

#: Colours as ``#rrggbb``, the same in styles, raster, report and print layout.
CLASS_COLOURS: dict[Damage, str] = {
    Damage.UNKNOWN: "#969696",
    Damage.NO_DAMAGE: "#2c7bb6",
    Damage.MINOR: "#ffffbf",
    Damage.MAJOR: "#fdae61",
    Damage.DESTROYED: "#d7191c",
}


def rgb(damage: Damage) -> tuple[int, int, int]:
    """Return the colour of a class as red, green and blue, 0 to 255."""
    colour = CLASS_COLOURS[damage]
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


#: Classes that the networks distinguish, in the order of their output channels.
DAMAGE_CLASSES: tuple[Damage, ...] = (Damage.NO_DAMAGE, Damage.MINOR, Damage.MAJOR, Damage.DESTROYED)

#: Value of a damage raster where nothing was assessed.
RASTER_NODATA = 255

#: Layers and the table of the GeoPackage.
DAMAGE_LAYER, ASSESSED_AREA_LAYER, RUN_TABLE = "damage", "assessed_area", "run"
#: The layer with what was left out as not visible, in results of runs that were told of clouds or smoke.
NOT_VISIBLE_LAYER = "not_visible"
#: The layer with reviews of a replaced result that match no building of the new one.
UNMATCHED_REVIEWS_LAYER = "unmatched_reviews"

#: Of a merged GeoPackage: the field of every layer that names the scene, and the table with one row for each.
SCENE_FIELD, SCENES_TABLE = "scene", "scenes"

#: Beside the results of a batch: one row for each scene, and the scenes that were matched of two folders.
SUMMARY_FILE, MATCHED_FILE = "summary.csv", "catalog.csv"

#: Styles of the layer ``damage`` in the file: transparent fills, and lines that leave the roofs in sight.
FILLED_STYLE, OUTLINE_STYLE = "Filled", "Outline"
#: Table of the GeoPackage with what the network saw of each building, for ``xview2 adapt``; no layer for people.
FEATURES_TABLE = "building_features"

#: Fields of the layer ``damage`` with the probability of each class, least damage first.
PROBABILITY_FIELDS = ("p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed")

#: Value of the field ``source`` of a building that a reviewer has drawn; those of a run are the engine's own.
SOURCE_REVIEW = "review"

#: Fields in which footprints have their ids, in small letters; of each footprint the first counts that holds
#: something. OpenStreetMap has several.
ID_FIELDS = (
    "id", "footprint_id", "building_id", "osm_id", "full_id", "osm_way_id", "uuid", "gml_id", "ogc_fid",
    "full_plus_code",
)  # fmt: skip
