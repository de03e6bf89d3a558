"""Parameters of one assessment, as given by a user."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class AssessmentParameters:
    """What to assess, with what, and where the results go.

    Attributes:
        pre: raster before the event, anything GDAL opens.
        post: raster after the event.
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
        post_bands: the same for the post image.
        pre_crs: CRS that the pre image really has, None for what it says.
        post_crs: the same for the post image.
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
    pre_crs: str | None = None
    post_crs: str | None = None
    tile_offset: tuple[int, int] = (0, 0)

    @property
    def outputs(self) -> list[Path]:
        """All files that will be written."""
        return [p for p in (self.output, self.damage_raster, self.report) if p is not None]

    def as_json(self) -> str:
        """Return the parameters for the record of the run."""
        return json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in asdict(self).items()})
