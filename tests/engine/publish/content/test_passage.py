"""Progress and cancellation of products that go through the buildings."""

import pytest

from tests.engine.publish.published_town import PLACES, product, town
from tests.engine.recorder import Recorder
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.publish.content import passage
from xview2_qgis.engine.publish.content.passage import Passage
from xview2_qgis.engine.publish.product_format import PublishContext
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.products import PublishOptions

FILES = ["csv", "xlsx", "kml", "kmz", "shapefile", "geoparquet"]
FOLDERS = ["osm", "mapswipe", "hdx"]


def test_progress_ends_at_the_total(tmp_path, monkeypatch):
    monkeypatch.setattr(passage, "_BATCH", 4)
    sink = Recorder()
    product(town(tmp_path, PLACES["metres"]), "csv", tmp_path / "out.csv", sink=sink)
    steps = [(done, total) for _, done, total in sink.steps]
    assert steps[-1] == (14, 14)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


@pytest.mark.parametrize("name", FILES + FOLDERS)
def test_cancelled_between_two_batches(tmp_path, monkeypatch, name):
    monkeypatch.setattr(passage, "_BATCH", 4)
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "work" / "out"
    (output if name in FOLDERS else output.parent).mkdir(parents=True)
    cancellation = Cancellation()
    sink = Recorder(lambda *_: cancellation.request())
    context = PublishContext(RunContext(sink, cancellation), PublishOptions())
    from xview2_qgis.engine.publish.registry import product_format

    with pytest.raises(Cancelled):
        product_format(name).write(StoredResult(path), output, context)
    assert len(sink.steps) == 1


def test_a_second_time_counts_anew(tmp_path):
    context = PublishContext(RunContext(Recorder()), PublishOptions())
    way = Passage(StoredResult(town(tmp_path, PLACES["metres"])), context, times=2)
    for _ in range(2):
        assert len(list(way.rows())) == way.tally.buildings == way.total == 14
    assert way.tally.reviewed == 1
    assert way.tally.assessed == 12
