"""Augmentation: how strongly crops vary, and the strengths of every recipe by name.

Geometry is one for pre, post and masks. Colours are drawn for each image on its own, because the two are taken by
different sensors in different seasons. The post-event image may also be displaced a little against the pre-event image:
sensors look from different angles, and orthorectification leaves metres.

All of it is written on OpenCV, because albumentations is no longer maintained under a free licence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ..section import nearest
from .colours import BrightnessContrast, ChannelShift, Gamma, HueSaturationValue, Jitter, Lighting, SensorChange
from .degradations import Blur, BoxBlur, Coarsen, Compression, Noise, SensorNoise

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(gt=0)]
Amount = Annotated[float, Field(ge=0)]

#: Everything that may happen to the levels of an image; ``kind`` tells which in a configuration.
Change = Annotated[
    SensorChange
    | BrightnessContrast
    | Gamma
    | ChannelShift
    | Lighting
    | HueSaturationValue
    | Jitter
    | Blur
    | BoxBlur
    | Coarsen
    | Noise
    | SensorNoise
    | Compression,
    Field(discriminator="kind"),
]


@dataclass(frozen=True)
class Stage:
    """A turn of the changes of an image.

    Attributes:
        share: share of the images that are changed.
        one_of: what may happen; one of them is drawn, all equally likely.
    """

    share: Share
    one_of: tuple[Change, ...]


@dataclass(frozen=True)
class Strengths:
    """How strongly to vary a crop, in an augmentation and in the section that changes one.

    Attributes:
        turns: all eight orientations of a square are equally likely, which is what the published lists of flips,
            quarter turns and transpositions, each with probability 0.5, amount to.
        sized_share: share of the crops that show a window of another size instead of being scaled.
        sized: least and greatest edge of that window in edges of the crop, uniform.
        affine_share: share of the crops that are scaled, rotated and shifted.
        scale: least and greatest magnification, log-uniform.
        rotation: degrees either way, beside the quarter turns.
        rotation_share: share of the scaled crops that are rotated too.
        shift: greatest shift in edges of the crop, either way, along each axis.
        interpolation: of the images; masks are always read from the nearest pixel.
        displacement: standard deviation of the shift of the post-event image, pixels.
        displacement_share: share of the crops whose post-event image is displaced.
        parallax: standard deviation of a smooth displacement of the post-event image, pixels, as high ground or high
            buildings have it when they are seen from another angle.
        colours: what happens to the levels of an image, in this order.
        shared_colour: pre and post change equally (second place) instead of each on its own.
    """

    turns: bool = True
    sized_share: Share = 0.0
    sized: tuple[Factor, Factor] = (1.0, 1.0)
    affine_share: Share = 1.0
    scale: tuple[Factor, Factor] = (0.8, 1.25)
    rotation: Amount = 15.0
    rotation_share: Share = 0.5
    shift: Share = 0.0
    interpolation: Literal["linear", "cubic", "lanczos"] = "linear"
    displacement: Amount = 1.5
    displacement_share: Share = 0.7
    parallax: Amount = 0.0
    colours: tuple[Stage, ...] = (
        Stage(0.8, (SensorChange(0.3),)),
        Stage(0.35, (Blur(0.4, 1.3), Coarsen(1.1, 1.8), Noise(4.0, 80.0))),
    )
    shared_colour: bool = False


@dataclass(frozen=True)
class Augmentation(Strengths):
    """How strongly to vary a crop."""


_NONE = Augmentation(
    turns=False,
    affine_share=0.0,
    scale=(1.0, 1.0),
    rotation=0.0,
    rotation_share=0.0,
    displacement=0.0,
    displacement_share=0.0,
    colours=(),
)
# the description names light, medium and full but lists one strength: light keeps its orientations, medium half of it
_DUAL_HRNET = replace(_NONE, turns=True, sized_share=0.5, affine_share=1.0)
_SECOND_PLACE = replace(_NONE, turns=True, affine_share=1.0, shared_colour=True)

#: Strengths by name.
AUGMENTATIONS: Mapping[str, Augmentation] = MappingProxyType(
    {
        "none": _NONE,
        "compact": Augmentation(),
        "described-unet": replace(
            _NONE,
            turns=True,
            affine_share=0.5,
            scale=(0.9, 1.1),
            rotation=15.0,
            rotation_share=1.0,
            shift=0.0625,
            colours=(
                Stage(0.3, (BrightnessContrast(0.1, 0.1), HueSaturationValue(10, 20, 10))),
                Stage(0.2, (Noise(10, 30), SensorNoise())),
            ),
        ),
        "described-dual-hrnet-light": replace(_NONE, turns=True),
        "described-dual-hrnet-medium": replace(
            _DUAL_HRNET, sized=(0.875, 1.0), scale=(0.9, 1.1), colours=(Stage(1.0, (Jitter(0.1, 0.1, 0.1, 0.05),)),)
        ),
        "described-dual-hrnet-full": replace(
            _DUAL_HRNET, sized=(0.75, 1.0), scale=(0.8, 1.2), colours=(Stage(1.0, (Jitter(0.2, 0.2, 0.2, 0.1),)),)
        ),
        "second-place-damage": replace(
            _SECOND_PLACE,
            sized_share=1.0,
            sized=(0.8, 1.2),
            rotation=10.0,
            rotation_share=0.1,
            colours=(
                Stage(0.3, (BoxBlur(7),)),
                Stage(0.5, (Lighting(0.3),)),
                Stage(0.3, (BrightnessContrast(0.2, 0.2),)),
                Stage(0.3, (Gamma(0.8, 1.2),)),
                Stage(0.2, (ChannelShift(20),)),
            ),
        ),
        "second-place-localization": replace(
            _SECOND_PLACE,
            sized_share=0.8,
            sized=(0.7, 1.3),
            rotation=45.0,
            rotation_share=0.4,
            colours=(
                Stage(0.1, (Compression(99, 100),)),
                Stage(0.5, (Lighting(0.3),)),
                Stage(0.4, (BrightnessContrast(0.2, 0.2),)),
                Stage(0.4, (Gamma(0.8, 1.2),)),
                Stage(0.2, (ChannelShift(20), HueSaturationValue(20, 30, 20))),
            ),
        ),
        # published with a Lanczos filter; cubic is within 0.4 levels of it on xBD and costs a quarter
        "fifth-place": replace(_NONE, turns=True, affine_share=1.0, scale=(0.8, 1.2), interpolation="cubic"),
    }
)


def augmentation_preset(name: str) -> Augmentation:
    """Return the strengths of that name, one of :data:`AUGMENTATIONS`.

    Raises:
        KeyError: there is none.
    """
    return AUGMENTATIONS[name]


def _known(name: object) -> object:
    if not isinstance(name, str) or name not in AUGMENTATIONS:
        raise ValueError(f"{name!r} is unknown{nearest(str(name), AUGMENTATIONS)}")
    return name


#: A name of :data:`AUGMENTATIONS`.
PresetName = Annotated[str, BeforeValidator(_known)]


@dataclass(frozen=True)
class AugmentationSection(Strengths):
    """What a configuration says: a preset and what it changes of it. A field that it does not give says nothing.

    Attributes:
        preset: the start.
    """

    preset: PresetName = "compact"
