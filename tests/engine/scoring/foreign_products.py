"""Products of others, written by hand after their published structure."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pandas as pd
from shapely.geometry import box

from tests.engine.probability_scene import ORIGIN
from tests.engine.scoring.test_comparison import outline

#: East, south and damage_gra of four buildings.
GRADES = (
    (10, 10, "No visible damage"), (40, 10, "Possibly damaged"), (70, 10, "Damaged"), (100, 10, "Destroyed"),
)  # fmt: skip


def part(west: float, east: float) -> object:
    """A strip of the scene, from north to south."""
    return box(ORIGIN[0] + west, ORIGIN[1] - 200, ORIGIN[0] + east, ORIGIN[1])


def ems_package(path: Path, built_up: str = "builtUpA_v1", hidden: tuple[float, float] = (140, 200)) -> Path:
    """A package of 2026: all of its layers, the last strip of the scene not analysed, an area of interest of 180 m."""
    points = built_up.lower().startswith("builtupp")
    shapes = [outline(east, south) for east, south, _ in GRADES]
    count = len(GRADES)
    buildings = {
        "obj_type": ["11-Residential Buildings"] * count, "name": ["Unknown"] * count, "info": ["Unknown"] * count,
        "simplified": ["Unknown"] * count, "damage_gra": [grade for *_, grade in GRADES],
        "det_method": ["Photo-interpretation"] * count, "notation": ["Building block"] * count,
        "or_src_id": [1] * count, "dmg_src_id": [2] * count, "cd_value": [998] * count, "real": [998] * count,
    }  # fmt: skip
    layers = {
        "areaOfInterestA_v1": ({"name": ["Mexico Beach"], "emsr_id": ["EMSR325"]}, [part(0, 180)]),
        "imageFootprintA_v1": ({"obj_type": ["Image Footprint"], "or_src_id": [2]}, [part(-50, 500)]),
        "notAnalysedA_v1": ({"obj_type": ["Not Analysed"]}, [part(*hidden)]),
        "transportationL_v1": ({"damage_gra": ["Destroyed"]}, [shapes[0].boundary]),
        built_up: (buildings, [shape.centroid for shape in shapes] if points else shapes),
    }
    for layer, (fields, found) in layers.items():
        frame = geopandas.GeoDataFrame(fields, geometry=found, crs=32616).to_crs(4326)
        frame.to_file(path, layer=layer)
    table = pd.DataFrame({"source_nam": ["GeoEye-1"], "src_id": [2]})
    geopandas.GeoDataFrame(table).to_file(path, layer="source_v1")
    return path


def unosat_sites(path: Path, fields: dict[str, list[object]], layer: str = "Damage_Sites_Town_20181013") -> Path:
    """Points in the four buildings, and a layer beside them."""
    shapes = [outline(east, south).centroid for east, south, _ in GRADES]
    geopandas.GeoDataFrame(fields, geometry=shapes, crs=32616).to_crs(4326).to_file(path, layer=layer)
    if path.suffix == ".gpkg":
        area = geopandas.GeoDataFrame({"id": [1]}, geometry=[part(0, 130)], crs=32616).to_crs(4326)
        area.to_file(path, layer="Analysis_Extent_Town_20181013")
    return path
