"""Products appear when they are complete, and nothing else is replaced."""

import geopandas
import pytest

from tests.engine.publish.published_scenes import context, town
from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import Cancelled, InputError, UsageError
from xview2_qgis.engine.publish.publication import publish
from xview2_qgis.engine.publish.registry import product_format
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.products import OPTION_WORDS, PRODUCTS, option_types, product
from xview2_qgis.protocol.stored_result import foreign_tables


@pytest.mark.parametrize("one", PRODUCTS, ids=lambda one: one.name)
def test_each_product_has_its_module(one):
    assert product_format(one.name).name == one.name
    assert set(one.options) <= set(option_types()) == set(OPTION_WORDS)


def done(path, name, output, told=None, **options):
    return publish(StoredResult(path), product(name), output, told or context(), **options)


def names(folder):
    return sorted(found.name for found in folder.iterdir())


def test_a_file(tmp_path):
    path, output = town(tmp_path), tmp_path / "levels.gpkg"
    done(path, "fema", output)
    first = output.read_bytes()
    with pytest.raises(UsageError) as caught:
        done(path, "fema", output)
    assert caught.value.code == "output-exists"
    assert foreign_tables(output) == set()
    done(path, "fema", output, overwrite=True)
    assert output.read_bytes() == first
    assert names(tmp_path) == ["levels.gpkg", "town.gpkg"]


def test_layers_of_somebody_else_are_never_replaced(tmp_path):
    path, output = town(tmp_path), tmp_path / "levels.gpkg"
    done(path, "fema", output)
    geopandas.GeoDataFrame({"a": [1]}, geometry=geopandas.points_from_xy([1], [2]), crs=4326).to_file(output, layer="b")
    with pytest.raises(UsageError) as caught:
        done(path, "fema", output, overwrite=True)
    assert caught.value.code == "output-foreign"


def test_the_result_is_never_replaced(tmp_path):
    path = town(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        done(path, "fema", path, overwrite=True)
    assert caught.value.code == "output-is-input"
    assert path.read_bytes() == before


def test_a_folder(tmp_path):
    path, output = town(tmp_path), tmp_path / "package"
    done(path, "cems", output)
    first = names(output)
    with pytest.raises(UsageError):
        done(path, "cems", output)
    done(path, "cems", output, overwrite=True)
    assert names(output) == first
    (output / "letter.txt").write_text("keep me")
    with pytest.raises(UsageError) as caught:
        done(path, "cems", output, overwrite=True)
    assert caught.value.code == "output-foreign"
    assert names(output) == sorted([*first, "letter.txt"])
    assert names(tmp_path) == ["package", "town.gpkg"]


def test_what_file_managers_leave_in_a_folder_is_no_work_of_anybody(tmp_path):
    path, output = town(tmp_path), tmp_path / "package"
    done(path, "osm", output)
    first = names(output)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._README.txt"):
        (output / name).write_bytes(b"x")
    done(path, "osm", output, overwrite=True)
    assert names(output) == first


def test_a_layer_that_somebody_put_into_a_package_is_never_replaced(tmp_path):
    path, output = town(tmp_path), tmp_path / "package"
    done(path, "cems", output)
    [package] = output.glob("*.gpkg")
    points = geopandas.points_from_xy([1], [2])
    geopandas.GeoDataFrame({"a": [1]}, geometry=points, crs=4326).to_file(package, layer="facilitiesP_v1")
    with pytest.raises(UsageError) as caught:
        done(path, "cems", output, overwrite=True)
    assert caught.value.code == "output-foreign"
    assert "facilitiesP_v1" in geopandas.list_layers(package)["name"].tolist()


@pytest.mark.parametrize(("name", "output"), [("cems", "package"), ("unosat", "sites.gpkg")])
def test_a_cancelled_one_leaves_nothing(tmp_path, name, output):
    path, told = town(tmp_path), context()
    told.run.cancellation.request()
    with pytest.raises(Cancelled):
        done(path, name, tmp_path / output, told)
    assert names(tmp_path) == ["town.gpkg"]


def test_wrong_names(tmp_path):
    path = town(tmp_path)
    with pytest.raises(UsageError) as caught:
        done(path, "fema", tmp_path / "levels.shp")
    assert caught.value.code == "suffix"
    with pytest.raises(InputError) as missing:
        done(path, "fema", tmp_path / "none" / "levels.gpkg")
    assert missing.value.code == "output-folder"


def test_progress_counts_buildings(tmp_path):
    recorder = Recorder()
    done(town(tmp_path), "unosat", tmp_path / "sites.gpkg", context(recorder))
    assert recorder.steps[-1] == ("write", 10, 10)
