"""The images of a result, one by one: a review goes on with one of them if the other is missing."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer

from ..i18n.translation import tr
from ..protocol.public_name import public_name
from .result_images import find_image, image_sources


@dataclass(frozen=True)
class ReviewImages:
    """What is there of the images of a result.

    Attributes:
        pre, post: the images; None where one is missing.
        pre_missing, post_missing: what to say then; empty otherwise.
    """

    pre: QgsRasterLayer | None = None
    post: QgsRasterLayer | None = None
    pre_missing: str = ""
    post_missing: str = ""


def review_images(project: QgsProject, damage: QgsVectorLayer) -> ReviewImages:
    """Return the images of a result: layers of the project where it has them, else the files themselves."""
    pre, post = image_sources(damage)
    first, second = (find_image(project, damage, source) for source in (pre, post))
    before = "" if first is not None else _missing(pre)
    if post and not pre:
        before = tr("This result was made without a pre-event image.")
    return ReviewImages(first, second, before, "" if second is not None else _missing(post))


def _missing(source: str) -> str:
    if not source:
        return tr("The result does not say which image it was made from.")
    return tr("The image “{}” was not found. Add it to the project.").format(public_name(source))
