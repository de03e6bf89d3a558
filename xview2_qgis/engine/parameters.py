"""Parameters of one assessment, as given by a user."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..protocol.public_name import public_name, public_source
from ..protocol.redaction import redacted, without_secrets


@dataclass(frozen=True)
class AssessmentParameters:
    """What to assess, with what, and where the results go.

    Attributes:
        pre: pre-event image, anything GDAL opens.
        post: post-event image.
        output: GeoPackage to write.
        model: name of a model or path of a bundle.
        aoi: polygon layer that limits the area.
        footprints: polygon layer of known buildings.
        damage_raster: GeoTIFF to write.
        report: HTML file to write.
        device: ``auto``, ``cpu``, ``cuda``, ``tensorrt``, ``directml`` or ``coreml``.
        precision: ``auto``, ``fp32`` or ``fp16``.
        batch_size: tiles per run of the network, None for automatic.
        tta: ``none``, ``mirror`` or ``flips``, None for what the model says.
        register: measure a shift between the images, and correct it where networks have not seen the like.
        overwrite: replace outputs that exist.
        discard_reviews: replace also a result in which people have reviewed buildings.
        pre_bands: numbers of the red, green and blue band, None for automatic.
        post_bands: the same for the post-event image.
        pre_shown_bands: bands that were looked at as red, green and blue; used where the image does not say better.
        post_shown_bands: the same for the post-event image.
        pre_nodata: values of the pre-event image that mean no data, as :meth:`.nodata_rule.NodataRule.parse` reads.
        post_nodata: the same for the post-event image.
        pre_crs: CRS that the pre-event image really has, None for what it says.
        post_crs: the same for the post-event image.
        record_paths: the record of the run has whole paths, not only names.
        tile_offset: shift of the tile lattice, pixels (columns, rows), to test that results do not depend on it.
    """

    pre: str
    post: str
    output: Path
    model: str = "compact"
    aoi: str | None = None
    footprints: str | None = None
    damage_raster: Path | None = None
    report: Path | None = None
    device: str = "auto"
    precision: str = "auto"
    batch_size: int | None = None
    tta: str | None = None
    register: bool = True
    overwrite: bool = False
    discard_reviews: bool = False
    pre_bands: tuple[int, int, int] | None = None
    post_bands: tuple[int, int, int] | None = None
    pre_shown_bands: tuple[int, int, int] | None = None
    post_shown_bands: tuple[int, int, int] | None = None
    pre_nodata: str | None = None
    post_nodata: str | None = None
    pre_crs: str | None = None
    post_crs: str | None = None
    record_paths: bool = False
    tile_offset: tuple[int, int] = (0, 0)

    @property
    def outputs(self) -> list[Path]:
        """All files that will be written."""
        return [p for p in (self.output, self.damage_raster, self.report) if p is not None]

    @property
    def sources(self) -> list[str]:
        """All that is read and written, as it was given."""
        given = (self.pre, self.post, self.aoi, self.footprints, self.model, *map(str, self.outputs))
        return [source for source in given if source]

    def recorded(self) -> AssessmentParameters:
        """Return the parameters as they may be passed on: files by their names, addresses without what is secret."""
        source = without_secrets if self.record_paths else public_source
        file = _whole if self.record_paths else _name
        return replace(
            self,
            pre=source(self.pre),
            post=source(self.post),
            output=file(self.output),
            model=without_secrets(self.model) if self.record_paths else public_name(self.model),
            aoi=None if self.aoi is None else source(self.aoi),
            footprints=None if self.footprints is None else source(self.footprints),
            damage_raster=None if self.damage_raster is None else file(self.damage_raster),
            report=None if self.report is None else file(self.report),
            pre_crs=None if self.pre_crs is None else redacted(self.pre_crs),
            post_crs=None if self.post_crs is None else redacted(self.post_crs),
        )

    def as_json(self) -> str:
        """Return the parameters for the record of the run, see :meth:`recorded`."""
        return json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in asdict(self.recorded()).items()})


def _name(path: Path) -> Path:
    return Path(path.name)


def _whole(path: Path) -> Path:
    return path
