"""A model whose description is accepted works to the end; its texts stand in the result as they are."""

import sqlite3

import pytest

from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.probability_scene import silent
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.bundle.manifest import LONGEST
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CC BY-NC-SA 4.0 — «é», 地震, می‌خواهم, 👩‍🚒",
        "</td><script>alert('x')</script>&amp; {{ title }} {% raw %}",
        "LONGEST",
    ],
    ids=["empty", "letters of the world", "markup", "as long as may be"],
)
def test_texts_reach_the_result(tmp_path, text):
    texts = {key: text.replace("LONGEST", "\U0001f3da" * length) for key, length in LONGEST.items() if key != "id"}
    model = write_tiny_bundle(tmp_path / "m", 256, 64, changes=texts)
    parameters = AssessmentParameters(
        pre=ImageOptions(draw_houses(tmp_path / "pre.tif", False)),
        post=ImageOptions(draw_houses(tmp_path / "post.tif", True)),
        output=tmp_path / "damage.gpkg",
        report=tmp_path / "report.html",
        model=str(model),
        register=False,
    )
    assess(Session.of(parameters), parameters, RunContext(silent()))
    with sqlite3.connect(parameters.output) as database:
        assert database.execute("SELECT model_licence FROM run").fetchone() == (texts["licence"],)
        assert database.execute("SELECT count(*) FROM damage").fetchone() == (len(HOUSES),)
    assert "<script>alert" not in parameters.report.read_text(encoding="utf-8")
