"""Destinations: every refusal has its code, and nothing is written."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from tests.engine.result_scene import one_of_each, write_result
from xview2_qgis.engine.access.input_files import InputFiles
from xview2_qgis.engine.errors import EngineError, UsageError
from xview2_qgis.engine.output_formats import at_real_places, destinations
from xview2_qgis.engine.staging.destinations import check_destinations, earlier_files
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


def all_checks(asked: AssessmentParameters) -> None:
    """Ask what is asked at the start of a run, in its order."""
    outputs = destinations(asked)
    check_destinations(outputs)
    add_inputs(asked, asked.inputs)
    paths = [output.path for output in outputs]
    earlier_files(paths, overwrite=asked.overwrite, replace_reviewed=asked.discard_reviews)


def add_inputs(asked: AssessmentParameters, sources: Iterable[str]) -> None:
    """Read from files beside the outputs of a run."""
    InputFiles({output.path: output.replaced for output in destinations(asked)}).add(sources)


def parameters(tmp_path: Path, **changes: object) -> AssessmentParameters:
    fields = {"pre": str(tmp_path / "pre.tif"), "post": "post.tif", "output": tmp_path / "damage.gpkg", **changes}
    images = {role: ImageOptions(str(fields.pop(role))) for role in ("pre", "post")}
    return AssessmentParameters(**images, **fields)


@pytest.mark.parametrize(
    ("changes", "code", "exit_code"),
    [
        ({"output": "damage.shp"}, "suffix", 2),
        ({"damage_raster": "damage.png"}, "suffix", 2),
        ({"output": "missing/damage.gpkg"}, "output-folder", 3),
        ({"output": "there.gpkg"}, "output-exists", 2),
        ({"output": "folder.gpkg", "overwrite": True}, "output-exists", 2),
        ({"damage_raster": "pre.tif"}, "output-is-input", 2),
        ({"output": "x" * 300 + ".gpkg"}, "output-name", 2),
        ({"output": "there.gpkg/damage.gpkg"}, "output-folder", 3),
    ],
)
def test_refusals(tmp_path, changes, code, exit_code):
    (tmp_path / "there.gpkg").write_bytes(b"result")
    (tmp_path / "folder.gpkg").mkdir()
    changes = {k: tmp_path / v if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, **changes))
    assert (caught.value.code, caught.value.exit_code) == (code, exit_code)
    assert (tmp_path / "there.gpkg").read_bytes() == b"result"


@pytest.mark.parametrize(
    ("field", "source"),
    [
        ("pre", "GPKG:{}:before"),
        ("pre", 'GPKG:"{}":before'),
        ("post", "{}"),
        ("footprints", "{}|layername=houses|subset=id > 3"),
        ("aoi", "{}|layerid=1"),
        ("pre", "GTIFF_DIR:1:{}"),
        ("pre", "vrt://{}?bands=3,2,1"),
        ("pre", "/vsisubfile/0_100,{}"),
        ("pre", "/vsicached?file={}"),
        ("pre", "/vsicached?chunk_size=64&file={}"),
    ],
)
def test_the_file_of_an_input_is_not_replaced(tmp_path, field, source):
    file = tmp_path / "city.gpkg"
    file.write_bytes(b"everything")
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, output=file, overwrite=True, **{field: source.format(file)}))
    assert caught.value.code == "output-is-input"


def test_files_that_an_opened_raster_consists_of_are_not_replaced(tmp_path):
    raster, link = tmp_path / "a.tif", tmp_path / "link.tif"
    raster.write_bytes(b"pixels")
    link.symlink_to(raster)
    sources = ["mosaic.vrt", f"{raster}", "x" * 5000]
    for output in (raster, link):
        with pytest.raises(UsageError, match="is an input"):
            add_inputs(parameters(tmp_path, damage_raster=output), sources)
    add_inputs(parameters(tmp_path, damage_raster=tmp_path / "b.tif"), sources)


@pytest.mark.parametrize("name", ["a;b.gpkg", "a\tb.gpkg", "a\nb.gpkg", "tab\tfolder/a.gpkg"])
def test_names_that_libraries_write_elsewhere_are_refused(tmp_path, name):
    output = tmp_path / name
    output.parent.mkdir(exist_ok=True)
    with pytest.raises(UsageError) as caught:
        all_checks(parameters(tmp_path, output=output))
    assert caught.value.code == "output-name"
    assert "\n" not in str(caught.value)
    check_destinations(
        destinations(parameters(tmp_path, damage_raster=tmp_path / "a;b.tif"))
    )  # of these only GeoPackages


def test_links_are_followed_and_stay(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "damage.gpkg").symlink_to(elsewhere / "town.gpkg")  # which is not there yet
    (tmp_path / "plain.html").touch()
    moved = at_real_places(parameters(tmp_path, report=tmp_path / "plain.html"))
    assert (moved.output, moved.report) == (elsewhere / "town.gpkg", tmp_path / "plain.html")
    assert moved.damage_raster is None
    loop = tmp_path / "loop.gpkg"
    loop.symlink_to(loop)
    with pytest.raises(UsageError, match="leads to itself"):
        at_real_places(parameters(tmp_path, output=loop))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can lay a link for others")
def test_a_link_that_another_user_laid_is_not_followed(tmp_path):
    link = tmp_path / "damage.gpkg"
    link.symlink_to(tmp_path / "victim.gpkg")
    os.lchown(link, 12345, 12345)
    with pytest.raises(UsageError, match="another user laid") as caught:
        at_real_places(parameters(tmp_path))
    assert caught.value.code == "output-name"
    os.chown(tmp_path, 12345, 12345)  # whose folder it is may lay it
    assert at_real_places(parameters(tmp_path)).output == tmp_path / "victim.gpkg"


def test_files_that_gdal_keeps_beside_an_output_are_no_inputs_either(tmp_path):
    (tmp_path / "b.tif.msk").write_bytes(b"mask")
    with pytest.raises(UsageError, match="is an input"):
        add_inputs(parameters(tmp_path, damage_raster=tmp_path / "b.tif"), [str(tmp_path / "b.tif.msk")])


def test_a_geopackage_with_other_layers_is_not_replaced_but_an_earlier_result_is(tmp_path):
    write_result(tmp_path / "damage.gpkg", one_of_each())
    all_checks(parameters(tmp_path, overwrite=True))
    geopandas.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "city.gpkg", layer="parcels")
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, output=tmp_path / "city.gpkg", overwrite=True))
    assert (caught.value.code, caught.value.exit_code) == ("output-foreign", 2)


def test_layers_that_somebody_added_to_a_result_are_not_lost(tmp_path):
    write_result(tmp_path / "damage.gpkg", one_of_each())
    geopandas.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "damage.gpkg", layer="my_notes")
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, overwrite=True))
    assert caught.value.code == "output-foreign"
    assert {path.name for path in tmp_path.iterdir()} == {"damage.gpkg"}


def test_a_result_in_the_hands_of_another_program_is_told(tmp_path):
    write_result(tmp_path / "damage.gpkg", one_of_each())
    with closing(sqlite3.connect(tmp_path / "damage.gpkg")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE my_notes (n INTEGER)")
        other.commit()  # so far in the log only
        with pytest.raises(EngineError) as caught:
            all_checks(parameters(tmp_path, overwrite=True))
    assert caught.value.code == "output-foreign"


def test_a_file_in_use_is_told_before_the_run(tmp_path, monkeypatch):
    def refuse(*_):  # as Windows does
        raise PermissionError(13, "in use")

    (tmp_path / "damage.gpkg").write_bytes(b"old")
    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, overwrite=True))
    assert caught.value.code == "output-in-use"


def test_overwrite_is_allowed_when_asked_for(tmp_path):
    (tmp_path / "damage.gpkg").write_bytes(b"old")
    all_checks(parameters(tmp_path, overwrite=True))


def review(path, column="review_class", value="destroyed", where="building_id = 2"):
    with closing(sqlite3.connect(path)) as database, database:
        for number, name in enumerate(("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
            database.create_function(name, 1, lambda _, number=number: number)  # the triggers of the index ask
        database.execute(f"UPDATE damage SET {column} = ? WHERE {where}", (value,))


@pytest.mark.parametrize("column", ["review_class", "review_note", "reviewed_at"])
def test_reviews_are_lost_only_where_that_is_said(tmp_path, column):
    path = tmp_path / "damage.gpkg"
    write_result(path, one_of_each())
    review(path, column, " \t")
    all_checks(parameters(tmp_path, overwrite=True))  # nothing but blanks
    review(path, column, "2026-02-03", "building_id IN (2, 4)")
    with pytest.raises(UsageError, match=r"holds 2 reviewed buildings: .*--discard-reviews") as caught:
        all_checks(parameters(tmp_path, overwrite=True))
    assert caught.value.code == "output-reviewed"
    with pytest.raises(UsageError) as caught:
        all_checks(parameters(tmp_path, discard_reviews=True))
    assert caught.value.code == "output-exists"
    all_checks(parameters(tmp_path, overwrite=True, discard_reviews=True))


def test_what_is_in_a_damaged_result_cannot_be_told(tmp_path):
    path = tmp_path / "damage.gpkg"
    write_result(path, one_of_each())
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(EngineError) as caught:
        all_checks(parameters(tmp_path, overwrite=True, discard_reviews=True))
    assert (caught.value.code, caught.value.exit_code) == ("output-damaged", 3)


def test_a_path_that_sqlite_does_not_open_is_told_before_the_run(tmp_path):
    deep = tmp_path.resolve()
    while len(str(deep)) < 400:
        deep /= "z" * 60
    deep.mkdir(parents=True)
    fitting = deep / ("y" * (465 - len(str(deep)) - len("/.gpkg")) + ".gpkg")
    check_destinations(destinations(parameters(tmp_path, output=fitting)))
    # what a run opens there: the limit of SQLite itself
    folder = deep / f".{fitting.name}.work-12345678"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "footprints.sqlite")) as database:
        database.execute("CREATE TABLE a (b)")
    with pytest.raises(UsageError, match="too long a name") as caught:
        check_destinations(destinations(parameters(tmp_path, output=fitting.with_name(f"y{fitting.name}"))))
    assert caught.value.code == "output-name"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("field", ["output", "damage_raster", "report"])
def test_pipes_and_devices_are_not_replaced(tmp_path, field):
    path = tmp_path / {"output": "o.gpkg", "damage_raster": "o.tif", "report": "o.html"}[field]
    os.mkfifo(path)
    with pytest.raises(UsageError, match="is a pipe or a device"):
        all_checks(parameters(tmp_path, overwrite=True, **{field: path}))
    assert path.is_fifo()
