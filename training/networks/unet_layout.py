"""What a U-Net is made of: the described form and the eight networks of the second-place solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["localization", "damage"]
Form = Literal["described", "published"]


Widths = tuple[int, int, int, int]


@dataclass(frozen=True)
class UNetLayout:
    """A U-Net before it is built.

    Attributes:
        task: buildings on the pre-event image (1 score), or damage on the pair (background and 4 classes).
        encoder: name for :func:`~training.networks.encoders.make_encoder`.
        widths: decoder channels at strides 16, 8, 4 and 2.
        level: the kind of decoder level and of the way from stride 2 to the scores. ``smooth``: bilinear, then
            normalised convolutions; ``aligned``: nearest and convolution, at last bilinear with aligned corners;
            ``gated``: the same with scSE gates, at last nearest and convolution.
        deepest: where the decoder of a damage network starts: from the deepest features of both images, or of the
            post-event image only.
    """

    task: Task
    encoder: str
    widths: Widths = (256, 128, 64, 32)
    level: Literal["smooth", "aligned", "gated"] = "smooth"
    deepest: Literal["pair", "post"] = "pair"


def _published(task: Task, encoder: str, *widths: int) -> UNetLayout:
    first, second, third, fourth = widths
    gated = encoder == "seresnext50"
    return UNetLayout(task, encoder, (first, second, third, fourth), "gated" if gated else "aligned", "post")


#: The networks of the second-place solution (selimsef, https://github.com/selimsef/xview2_solution) by short name.
SECOND_PLACE = {
    "d92_loc": _published("localization", "dpn92", 256, 256, 128, 64),
    "d161_loc": _published("localization", "densenet161", 256, 256, 128, 64),
    "se50_loc": _published("localization", "seresnext50", 256, 192, 128, 64),
    "d92_softmax": _published("damage", "dpn92", 256, 256, 128, 64),
    "d161_softmax": _published("damage", "densenet161", 256, 192, 96, 64),
    "se50_softmax": _published("damage", "seresnext50", 256, 192, 92, 48),
    "b2_softmax": _published("damage", "efficientnet-b2", 256, 192, 96, 48),
    "r101_softmax": _published("damage", "resnext101", 192, 192, 96, 48),
}


def layout_of_unet(task: Task, encoder: str, form: Form, widths: Widths | None = None) -> UNetLayout:
    """Return the layout of a form.

    Args:
        task: see :class:`UNetLayout`.
        encoder: see :class:`UNetLayout`.
        form: ``described`` (any encoder) or ``published``.
        widths: narrower or wider decoder of the described form; ``None`` for the described one.

    Raises:
        ValueError: there is no such published network, or it was given widths.
    """
    if form == "described":
        return UNetLayout(task, encoder) if widths is None else UNetLayout(task, encoder, widths)
    if widths is not None:
        raise ValueError("U-Net: only the described form can change its widths")
    known = {layout.encoder: layout for layout in SECOND_PLACE.values() if layout.task == task}
    if encoder not in known:
        raise ValueError(f"encoder {encoder}: no published {task} network has it; use one of {', '.join(known)}")
    return known[encoder]
