"""The options of ``xview2 assess``, each in one place: type, default, choices, help, and the way to and from arguments.

A field of :class:`AssessmentParameters` is an option. The parser of the command line, the arguments of the child
process, the record of the run, and the choices of dialog and Processing are made from the fields; an option is added
by adding its field. (jsonargparse, which does the first of these, costs 0.08 s at every start and spells errors in
seven lines; it was tried and not taken.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from ..language.code import SOURCE_LANGUAGE
from ..locations import AUTOMATIC_MODEL, DEFAULT_MODEL, DEFAULT_MODEL_INT8
from ..scene_facts.facts_file import is_inline
from .devices import DEVICE_CHOICES, PRECISION_CHOICES, TTA_CHOICES, DeviceChoice, PrecisionChoice, Tta
from .kinds import BandNumbers, Bands, Choice, Count, File, Flag, NodataValues, PixelOffset, Switch, Text
from .language import LANGUAGE_FIELD
from .nodata_rule import NodataRule
from .option import Option, option, options_of
from .outlines import OUTLINES_CHOICES, Outlines

#: How a run tells what it does.
EventFormat = Literal["text", "json"]

_LARGEST_BATCH = 64  # tiles; 0.4 GB of images, and some twenty times that inside the default network
_INPUT, _OUTPUT, _RUN = "input", "output", "run"


@dataclass(frozen=True)
class ImageOptions:
    """One image of the pair.

    Attributes:
        path: anything GDAL opens.
        bands: those of red, green and blue, None for automatic.
        shown_bands: those shown as red, green and blue in a map; used where the image names none.
        nodata: values that mean no data, None for the one that the image declares.
        crs: CRS that the image really has, None for the one that it states.
    """

    path: str = field(
        metadata=option(
            Text("source"), _INPUT,
            "pre-event image, a raster that GDAL opens; may be left away with a model that assesses post-event images"
            " alone, best with --footprints",
            post_help="post-event image; its grid may differ",
        )
    )  # fmt: skip
    bands: Bands | None = field(
        default=None,
        metadata=option(
            BandNumbers(), _INPUT, "bands of the pre-event image (default: automatic)", "R,G,B",
            post_help="bands of the post-event image",
        ),
    )  # fmt: skip
    shown_bands: Bands | None = field(
        default=None,
        metadata=option(
            BandNumbers(), _INPUT,
            "bands of the pre-event image shown as red, green and blue in a map; used where the image names none",
            "R,G,B",
        ),
    )  # fmt: skip
    nodata: NodataRule | None = field(
        default=None,
        metadata=option(
            NodataValues(), _INPUT,
            "values of the pre-event image that mean no data besides the one it declares: 0 or 0,255 or -99:-90; with"
            " none among them its own does not count",
            "VALUES",
        ),
    )  # fmt: skip
    crs: str | None = field(
        default=None,
        metadata=option(Text("crs"), _INPUT, "CRS of the pre-event image, if it says none or a wrong one", "CRS"),
    )


@dataclass(frozen=True)
class AssessmentParameters:
    """What to assess, with what, and where the results go. The help of an option says what its field is.

    Attributes:
        pre: pre-event image; None to assess the post-event image alone.
        post: post-event image.
        batch_size: tiles per run of the network, None for automatic.
        tta: None for what the model says.
        tile_offset: shift of the tile lattice, pixels (columns, rows), to test that results do not depend on it.
    """

    pre: ImageOptions | None
    post: ImageOptions
    output: Path = field(metadata=option(File(), _OUTPUT, "GeoPackage with the buildings", "OUT.gpkg"))
    model: str = field(
        default=AUTOMATIC_MODEL,
        metadata=option(
            Text("model"), _RUN,
            f"model or bundle (default: {AUTOMATIC_MODEL}, which is {DEFAULT_MODEL}, or {DEFAULT_MODEL_INT8} on a"
            " processor that runs it faster, measured once)",
            "NAME|PATH",
        ),
    )  # fmt: skip
    aoi: str | None = field(
        default=None, metadata=option(Text("source"), _INPUT, "polygons that limit the area", "VECTOR")
    )
    exclude: str | None = field(
        default=None,
        metadata=option(
            Text("source"), _INPUT,
            "polygons of what the post-event image hides (clouds, smoke): buildings there are unknown, and the area"
            " counts as not assessed",
            "VECTOR",
        ),
    )  # fmt: skip
    footprints: str | None = field(
        default=None, metadata=option(Text("source"), _INPUT, "polygons of known buildings", "VECTOR")
    )
    event: str | None = field(
        default=None,
        metadata=option(
            Text("source"), _INPUT,
            "event and imagery: a JSON or YAML file, or the JSON itself, with name, type, date and GLIDE number of the"
            " event, and source, sensor, time and credit of the images; comes before what the images say",
            "FILE", recorded=False,
        ),
    )  # fmt: skip
    damage_raster: Path | None = field(
        default=None, metadata=option(File(), _OUTPUT, "GeoTIFF with the class of every pixel", "OUT.tif")
    )
    report: Path | None = field(
        default=None, metadata=option(File(), _OUTPUT, "a page with counts, chart and map", "OUT.html")
    )
    device: DeviceChoice = field(
        default="auto",
        metadata=option(
            Choice(DEVICE_CHOICES), _RUN,
            "what computes (default: auto, a graphics card that works, else the CPU; TensorRT only when asked for)",
        ),
    )  # fmt: skip
    precision: PrecisionChoice = field(
        default="auto",
        metadata=option(
            Choice(PRECISION_CHOICES), _RUN,
            "of the arithmetic; fp16 needs a model exported for it, or TensorRT (default: auto)",
        ),
    )  # fmt: skip
    batch_size: int | None = field(
        default=None,
        metadata=option(
            Count(_LARGEST_BATCH, "auto"), _RUN, f"tiles at once, up to {_LARGEST_BATCH} (default: auto)", "auto|N"
        ),
    )
    tta: Tta | None = field(
        default=None,
        metadata=option(
            Choice(TTA_CHOICES, unset="model"), _RUN,
            "average over the image and its mirror image, or over four flips (default: as the model says)",
        ),
    )  # fmt: skip
    register: bool = field(
        default=True,
        metadata=option(
            Switch(("auto", "off")), _RUN,
            "correct a shift between the images of 0.5 to 32 m; shorter ones do not matter (default: auto)",
        ),
    )  # fmt: skip
    outlines: Outlines = field(
        default="plain",
        metadata=option(
            Choice(OUTLINES_CHOICES), _RUN,
            "walls of found buildings as they were detected (default), or at right angles where that moves no point of"
            " an outline by more than a pixel; footprints stay as they are",
        ),
    )  # fmt: skip
    record_paths: bool = field(
        default=False,
        metadata=option(
            Flag(), _OUTPUT,
            "whole paths in the run table and the report, not only file names (never passwords or queries)",
        ),
    )  # fmt: skip
    overwrite: bool = field(default=False, metadata=option(Flag(), _OUTPUT, "replace outputs that exist"))
    resume: bool = field(
        default=False,
        metadata=option(
            Flag(), _OUTPUT,
            "go on with the run into the same output that was cancelled, failed or was killed; the other options are"
            " given again",
            recorded=False,
        ),
    )  # fmt: skip
    discard_reviews: bool = field(
        default=False,
        metadata=option(
            Flag(), _OUTPUT,
            "with --overwrite: replace also a result that holds reviewed buildings, and lose the reviews",
        ),
    )  # fmt: skip
    keep_reviews: bool = field(
        default=False,
        metadata=option(
            Flag(), _OUTPUT,
            "with --overwrite: carry the reviews of the result that is replaced over to buildings at the same place",
        ),
    )  # fmt: skip
    scheduler: str | None = field(
        default=None,
        metadata=option(
            Text("scheduler"), _RUN,
            "scheduler of a Dask cluster whose workers read and predict the tiles, see docs/cluster.md",
            "ADDRESS", recorded=False,
        ),
    )  # fmt: skip
    language: str = field(default=SOURCE_LANGUAGE, metadata=LANGUAGE_FIELD)
    events: EventFormat = field(
        default="text",
        metadata=option(
            Choice(get_args(EventFormat)), _OUTPUT, "text for people (default), or JSON lines", recorded=False
        ),
    )
    tile_offset: tuple[int, int] = field(default=(0, 0), metadata=option(PixelOffset(), _RUN, None))

    @classmethod
    def from_texts(cls, texts: Mapping[str, str | bool | None]) -> AssessmentParameters:
        """Return the parameters of a parsed command line, or of the words chosen in widgets.

        Args:
            texts: by name of the option; those of flags are True. What is None, False or missing has its default.

        Raises:
            ValueError: a text stands for no value.
        """
        values: dict[str, Any] = {"pre": {}, "post": {}}
        for known in OPTIONS:
            text = texts.get(known.name)
            if text is not None and text is not False:
                *images, name = known.place
                (values[images[0]] if images else values)[name] = known.kind.value(str(text))
        details = [OPTION[f"pre_{name}"].flag for name in values["pre"]] if "path" not in values["pre"] else []
        if details:
            raise ValueError(f"{details[0]} is given without --pre: give the pre-event image, or leave it away as well")
        pre = ImageOptions(**values["pre"]) if values["pre"] else None
        return cls(**{**values, "pre": pre, "post": ImageOptions(**values["post"])})

    @property
    def images(self) -> tuple[ImageOptions, ...]:
        """The images there are, the pre-event image first."""
        return (self.post,) if self.pre is None else (self.pre, self.post)

    @property
    def inputs(self) -> list[str]:
        """All that is read but the model."""
        event = "" if is_inline(self.event) else self.event
        return [
            source
            for source in (*(image.path for image in self.images), self.aoi, self.exclude, self.footprints, event)
            if source
        ]

    @property
    def outputs(self) -> list[Path]:
        """All files that will be written."""
        files = (known.of(self) for known in OPTIONS if isinstance(known.kind, File))
        return [path for path in files if isinstance(path, Path)]

    @property
    def sources(self) -> list[str]:
        """All that is read and written, as it was given."""
        return [*self.inputs, self.model, *map(str, self.outputs)]

    def arguments(self) -> list[str]:
        """Return the arguments of the command ``xview2``."""
        return ["assess", *(argument for known in OPTIONS for argument in known.arguments(self))]


#: All options of ``xview2 assess``, in the order of the help within each group.
OPTIONS: tuple[Option, ...] = options_of(AssessmentParameters, ImageOptions)
#: The same by their names.
OPTION: Mapping[str, Option] = {known.name: known for known in OPTIONS}
