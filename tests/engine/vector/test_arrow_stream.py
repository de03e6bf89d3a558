"""Values from an Arrow stream against those that were written."""

import geopandas
import numpy as np
import pandas
import pyogrio
import pytest
import shapely

from xview2_qgis.engine.vector.arrow_stream import ArrowStreamError, batches

N = 25


def stream(path, **options):
    with pyogrio.raw.open_arrow(path, return_fids=True, use_pyarrow=False, **options) as (_, source):
        yield from batches(source)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb"])
def test_numbers_texts_and_gaps_come_as_they_are(tmp_path, suffix):
    gaps = np.arange(N) % 7 == 3
    whole = pandas.array(2**62 + np.arange(N), dtype="Int64")
    whole[gaps] = pandas.NA
    texts = np.array([None if gap else f"Straße {i}" for i, gap in enumerate(gaps)], object)
    boxes = shapely.box(np.arange(N), 0, np.arange(N) + 1.0, 1)
    unsorted = {"SPATIAL_INDEX": "NO"} if suffix == "fgb" else {}
    columns = {"whole": whole, "real": np.arange(N) / 8, "text": texts, "small": np.arange(N, dtype=np.int32)}
    geopandas.GeoDataFrame(columns, geometry=boxes, crs=4326).to_file(tmp_path / f"a.{suffix}", **unsorted)
    seen = []
    for page in stream(tmp_path / f"a.{suffix}", batch_size=10):
        seen.append(len(page[0].values))
        rows = range(sum(seen) - seen[-1], sum(seen))
        fids, integers, reals, words, smalls, outlines = (column.values for column in page)
        assert len(set(fids)) == len(fids)
        assert integers == [None if gaps[i] else 2**62 + i for i in rows]
        assert reals == [i / 8 for i in rows]
        assert words == [None if gaps[i] else f"Straße {i}".encode() for i in rows]
        assert smalls == list(rows)
        assert [column.binary for column in page] == [False] * 5 + [True]
        assert all(shapely.from_wkb(outline).equals(boxes[i]) for outline, i in zip(outlines, rows, strict=True))
    assert sum(seen) == N
    assert max(seen) <= 10


def test_dates_are_nothing_and_truth_is(tmp_path):
    frame = geopandas.GeoDataFrame(
        {"day": pandas.to_datetime(["2024-01-01", "2024-01-02"]), "yes": [True, False]},
        geometry=[shapely.box(0, 0, 1, 1)] * 2, crs=4326,
    )  # fmt: skip
    frame.to_file(tmp_path / "a.gpkg")
    ((_, day, yes, _),) = stream(tmp_path / "a.gpkg")
    assert day.values == [None, None]
    assert yes.values == [True, False]


def test_nothing_and_what_breaks_off(tmp_path):
    empty = geopandas.GeoDataFrame({"a": []}, geometry=[], crs=4326)
    empty.to_file(tmp_path / "e.gpkg")
    assert list(stream(tmp_path / "e.gpkg")) == []
    boxes = shapely.box(np.arange(5000), 0, np.arange(5000) + 1, 1)
    geopandas.GeoDataFrame(geometry=boxes, crs=4326).to_file(tmp_path / "a.fgb")
    whole = (tmp_path / "a.fgb").read_bytes()
    (tmp_path / "cut.fgb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArrowStreamError, match="reading"):
        list(stream(tmp_path / "cut.fgb"))
