"""The same for people who fill in HDX's form by hand."""

from __future__ import annotations

from ..content.statement import Paragraph, plain_text
from .dataset import TO_FILL_IN, HdxDataset


def form_text(dataset: HdxDataset) -> str:
    """Return the text: what goes in which box of the form, then what is to be known."""
    fields, wording = dataset.fields(), dataset.wording
    boxes = [
        (wording.tr("Title"), fields["title"]),
        (wording.tr("Source"), fields["dataset_source"]),
        (wording.tr("Organisation"), dataset.organisation or TO_FILL_IN),
        (wording.tr("Time period"), fields["dataset_date"]),
        (wording.tr("Update frequency"), wording.tr("As needed")),
        (wording.tr("Location"), dataset.place.upper()),
        (wording.tr("Methodology"), fields["methodology_other"]),
        (wording.tr("Caveats"), fields["caveats"]),
        (wording.tr("Licence"), fields.get("license_other", fields["license_id"])),
        (wording.tr("Tags"), ", ".join(dataset.tags())),
    ]
    head = wording.tr("For the upload form of HDX (data.humdata.org). Fill in what says “{mark}”.").format(
        mark=TO_FILL_IN
    )
    form = plain_text(Paragraph(name, str(value)) for name, value in boxes)
    return f"{head}\n\n{form}\n{wording.tr('Description')}\n\n{plain_text(dataset.statement())}"
