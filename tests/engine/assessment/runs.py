"""A whole run on a drawn pair."""

from __future__ import annotations

import geopandas

from tests.engine.recorder import Recorder
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions

#: The folder in which finished rows of tiles are kept.
UNFINISHED = ".damage.gpkg.unfinished"


def run(tmp_path, model, pre, post, events=None, cancellation=None, **changes):
    images = (image if isinstance(image, ImageOptions) else ImageOptions(image) for image in (pre, post))
    parameters = AssessmentParameters(*images, tmp_path / "damage.gpkg", model, register=False, **changes)
    assess(Session.of(parameters), parameters, RunContext(events or Recorder(), cancellation))
    return geopandas.read_file(parameters.output, layer="damage")


def in_metres(frame):
    return frame.to_crs("EPSG:32616")
