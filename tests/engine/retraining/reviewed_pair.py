"""A drawn pair, assessed with the tiny model, whose buildings get reviews."""

from __future__ import annotations

import warnings
from contextlib import closing

import geopandas
import pyogrio

from tests.engine.adaptation.reviewed_scene import edited
from tests.engine.assessment.runs import run
from tests.engine.drawn_houses import draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle


def assess_houses(folder, *, pre=None, post=None, **changes):
    """Assess the drawn houses in a folder and return the result; ``pre`` and ``post`` say how an image is drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    first = draw_houses(folder / "pre.tif", False, **(pre or {}))
    second = draw_houses(folder / "post.tif", True, **(post or {}))
    run(folder, str(write_tiny_bundle(folder / "tiny")), first, second, **changes)
    return folder / "damage.gpkg"


def review(result, houses, words):
    """Write words as reviews of the buildings at the places of houses; None writes nothing."""
    found = geopandas.read_file(result, layer="damage", fid_as_index=True)
    with closing(edited(result)) as database, database:
        for house, word in zip(houses, words, strict=True):
            place = house.polygon_in(found.crs).centroid
            (fid,) = found.index[found.contains(place)]
            database.execute("UPDATE damage SET review_class = ? WHERE fid = ?", (word, int(fid)))


def draw_building(result, polygon, word):
    """Add a building as the review dock does: without a number."""
    found = geopandas.read_file(result, layer="damage")
    drawn = geopandas.GeoDataFrame({"review_class": [word], "source": ["review"]}, geometry=[polygon], crs=found.crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns that it leaves empty
        pyogrio.write_dataframe(drawn, result, layer="damage", append=True)
