"""Parameters of an assessment as hypothesis draws them: anything that can be given."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions
from xview2_qgis.protocol.options.devices import DEVICE_CHOICES, PRECISION_CHOICES, TTA_CHOICES
from xview2_qgis.protocol.options.nodata_rule import NodataRule
from xview2_qgis.protocol.options.outlines import OUTLINES_CHOICES

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
PATH = TEXT.map(Path)
BANDS = st.none() | st.tuples(*[st.integers(1, 99)] * 3)
RANGE = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)).map(lambda ends: (min(ends), max(ends)))
RULE = st.builds(NodataRule, st.lists(RANGE, min_size=1, max_size=3).map(tuple), st.booleans())
IMAGE = st.builds(
    ImageOptions, TEXT, bands=BANDS, shown_bands=BANDS, nodata=st.none() | RULE, crs=st.none() | TEXT
)  # fmt: skip
PARAMETERS = st.builds(
    AssessmentParameters,
    pre=IMAGE, post=IMAGE, output=PATH, model=TEXT, aoi=st.none() | TEXT, footprints=st.none() | TEXT,
    damage_raster=st.none() | PATH, report=st.none() | PATH, device=st.sampled_from(DEVICE_CHOICES),
    precision=st.sampled_from(PRECISION_CHOICES), batch_size=st.none() | st.integers(1, 64),
    tta=st.none() | st.sampled_from(TTA_CHOICES), register=st.booleans(), record_paths=st.booleans(),
    outlines=st.sampled_from(OUTLINES_CHOICES),
    overwrite=st.booleans(), discard_reviews=st.booleans(), keep_reviews=st.booleans(), resume=st.booleans(),
    scheduler=st.none() | TEXT, language=st.sampled_from(["en", "es", "pt_BR", "zh_Hant"]),
    events=st.sampled_from(["text", "json"]), event=st.none() | TEXT,
    tile_offset=st.tuples(st.integers(0, 511), st.integers(0, 511)),
)  # fmt: skip
