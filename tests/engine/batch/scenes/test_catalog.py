"""Lists of scenes: as spreadsheets write them, and everything that may be wrong with them."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.recorder import Recorder
from xview2_qgis.engine.batch.scenes.catalog import COLUMNS, Scene, catalog_rows, read_catalog
from xview2_qgis.engine.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read_text(content, events=None):
        path = tmp_path / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_catalog(path, events or Recorder())

    return read_text


@pytest.mark.parametrize(
    "content",
    [
        "id,pre,post\ntown,a.tif,b.tif\n",
        "post;ID;Pre\r\nb.tif;town;a.tif\r\n;;\r\n".encode("utf-8-sig"),
        "sep=;\nscene;pre;post\ntown;a.tif;b.tif",
        "id\tpre\tpost\ntown\ta.tif\tb.tif\n".encode("utf-16"),
        'id, pre, post\n "town", "a.tif", b.tif\n\n',
    ],
    ids=["plain", "excel", "sep", "utf-16", "blanks"],
)
def test_what_spreadsheets_write(read, tmp_path, content):
    assert read(content) == (Scene("town", str(tmp_path / "b.tif"), str(tmp_path / "a.tif")),)


def test_paths_count_from_the_list_and_addresses_stay(read, tmp_path):
    [scene] = read(
        "id,pre,post,aoi,footprints\nt,/data/a.tif,https://host/b.tif,areas.gpkg|layername=a,GPKG:x.gpkg:roofs\n"
    )
    assert (scene.pre, scene.post) == ("/data/a.tif", "https://host/b.tif")
    assert scene.aoi == f"{tmp_path / 'areas.gpkg'}|layername=a"
    assert scene.footprints == "GPKG:x.gpkg:roofs"


def test_columns_that_nobody_knows_are_told(read):
    events = Recorder()
    [scene] = read("id,post,footprint\nt,b.tif,roofs.gpkg\n", events)
    assert scene.footprints == scene.pre == ""
    assert events.warned == ["catalog-columns"]
    assert "footprint" in events.events[0].message


def test_dates_in_the_wrong_order_are_told(read):
    events = Recorder()
    read("id,pre,post,pre_date,post_date\na,x,y,2023-02-09,2023-01-28\nb,x,y,2023-01-28,2023-02-09\n", events)
    assert [event.message[:2] for event in events.events] == ["a:"]
    assert events.warned == ["dates-order"]


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ("", "catalog-columns", "no column id and no column post"),
        ("id,pre\nt,a.tif\n", "catalog-columns", "no column post"),
        ("id,post,post\nt,a,b\n", "catalog-columns", "twice the column post"),
        ("id,pre,post\n", "catalog-empty", "no scene"),
        ("id,post\n,b.tif\n", "catalog-rows", "line 2 has a name '' that is empty"),
        ("id,post\nt,b.tif\nT,c.tif\n", "catalog-rows", "line 3 has the name 'T' of line 2"),
        ("id,post\nt,\n", "catalog-rows", "line 2 names no post-event image"),
        ("id,post\nt,b.tif,more\n", "catalog-rows", "line 2 has more cells"),
        ('id,post\nt,"b\n.tif"\n', "catalog-rows", "line break"),
        ("id,post,pre_date\nt,b.tif,yesterday\n", "catalog-rows", "no date"),
        ("id,post\n../t,b.tif\n", "catalog-rows", "holds /"),
        (b"id,post\nK\xf6ln,b.tif\n", "catalog-open", "Unicode"),
        (b"id,post\n\x00\n", "catalog-open", "no text"),
    ],
)
def test_what_is_wrong_with_a_list_is_one_line(read, content, code, told):
    with pytest.raises(InputError) as caught:
        read(content)
    assert caught.value.code == code
    assert told in caught.value.message
    assert "\n" not in str(caught.value)


def test_many_faults_are_told_together_and_not_all(read):
    with pytest.raises(InputError, match=r"line 2 .*line 6 .*; and 4 more"):
        read("id,post\n" + "\n".join(f"t{number}," for number in range(9)))


def test_a_list_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError) as caught:
            read_catalog(path, Recorder())
        assert caught.value.code == "catalog-open"


@given(st.binary(max_size=200))
def test_any_bytes_are_scenes_or_one_line(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with suppress(InputError):
        assert read_catalog(path, Recorder())


def test_what_is_written_is_read_again(read, tmp_path):
    scenes = (
        Scene("a", str(tmp_path / "b, c.tif"), str(tmp_path / 'say "a".tif'), event="Quake; again"),
        Scene("b", str(tmp_path / "ü.tif"), pre_date="2023-01-01"),
    )
    text = io.StringIO()
    csv.writer(text).writerows(catalog_rows(scenes))
    assert read(text.getvalue()) == scenes
    assert next(iter(catalog_rows([Scene("a", "b")]))) == list(COLUMNS[:3])
