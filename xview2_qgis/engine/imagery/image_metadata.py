"""Everything that is known of an image beside its pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rasterio.io import DatasetReader

from ...protocol.scene_facts import ImageFacts, SceneFacts
from .acquisition_date import AcquisitionDate, acquisition_date
from .description import Said
from .files_beside import descriptions
from .tags import of_tags


@dataclass(frozen=True)
class ImageMetadata:
    """What metadata say of an image.

    Attributes:
        acquired: when it was taken, None where that is not known.
        facts: where it comes from and how it was taken, with that moment.
        origins: where the facts but for the moment stand, for messages.
    """

    acquired: AcquisitionDate | None = None
    facts: ImageFacts = field(default_factory=ImageFacts)
    origins: tuple[str, ...] = ()


def image_metadata(dataset: DatasetReader, path: str, files: Iterable[str], pixel_size_m: float) -> ImageMetadata:
    """Return what is known of an image; damaged or foreign files beside it say nothing.

    Files of vendors come before features of catalogues, and these before tags of the image.

    Args:
        dataset: the image, opened.
        path: as which it was opened.
        files: all files it consists of.
        pixel_size_m: size of its pixels on the ground, which takes the place of a ground sampling distance that nobody
            tells.
    """
    beside = descriptions(path)
    acquired = acquisition_date(dataset, path, files, beside)
    facts, origins = ImageFacts(), dict[str, None]()
    for said in (*beside, *of_tags(dataset)):
        more = SceneFacts(post=facts).completed(SceneFacts(post=said.facts)).post
        if more != facts:
            facts = more
            origins[said.origin] = None
    if facts.gsd_m is None:
        facts = replace(facts, gsd_m=Said(gsd_m=float(f"{pixel_size_m:.3g}")).facts().gsd_m)
    if acquired is not None:
        facts = replace(facts, acquired=acquired.iso)
    return ImageMetadata(acquired, facts, tuple(origins))
