"""The text beside a Shapefile: what its short names and numbers mean, and what is to be known of the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....protocol.schema import CLASS_NAMES, Damage
from ...language.wording import Wording
from ..content.statement import Paragraph, class_label, plain_text
from .fields import ShapefileField


def code_book(paragraphs: Iterable[Paragraph], fields: Sequence[ShapefileField], wording: Wording) -> str:
    """Return the text.

    Args:
        paragraphs: what is to be known of the result.
        fields: of the file.
        wording: language of the text.
    """
    classes = "".join(
        f"  {int(damage)}  {CLASS_NAMES[damage]:<13} {class_label(damage, wording)}\n" for damage in Damage
    )
    names = "".join(f"  {field.name:<10} {wording.tr(field.meaning)}\n" for field in fields)
    return f"{plain_text(paragraphs)}\n{wording.tr('Fields')}\n{names}\n{wording.tr('Damage classes')}\n{classes}"
