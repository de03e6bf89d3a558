"""A dataset of HDX: the fields that its form and its API ask for (OCHA-DAP/hdx-python-api, ``required_fields``)."""

from __future__ import annotations

from dataclasses import dataclass

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.class_tally import ClassTally
from ..content.slug import event_slug
from ..content.statement import Paragraph, licence, limits, method, review, statement, title, validation
from .country import country_code

#: What stands where only the publisher knows the value.
TO_FILL_IN = "TO FILL IN"
#: ``data_update_frequency`` of HDX: as needed.
_AS_NEEDED = "-2"

_FILE = {"url_type": "upload", "resource_type": "file.upload"}

# of HDX's vocabulary of topics
_ALWAYS = ("damage assessment", "geodata")
_TAGS = {
    "earthquake": "earthquake-tsunami", "tsunami": "earthquake-tsunami", "flood": "flooding",
    "storm": "cyclones-hurricanes-typhoons", "conflict": "conflict-violence",
}  # fmt: skip
_NO_NATURE = frozenset({"", "explosion", "industrial accident", "conflict", "other"})
_LICENCES = {
    "CC BY 4.0": "cc-by", "CC-BY-4.0": "cc-by", "CC BY-SA 4.0": "cc-by-sa", "CC-BY-SA-4.0": "cc-by-sa",
    "CC BY 3.0 IGO": "cc-by-igo", "ODbL 1.0": "hdx-odc-odbl", "ODbL-1.0": "hdx-odc-odbl",
}  # fmt: skip


@dataclass(frozen=True)
class HdxDataset:
    """A dataset before it is uploaded.

    Attributes:
        result: what it is about.
        tally: the buildings in it.
        organisation: who publishes, for people; may be empty.
        contact: whom to ask; may be empty.
        wording: language of the texts.
    """

    result: StoredResult
    tally: ClassTally
    organisation: str
    contact: str
    wording: Wording

    def fields(self) -> dict[str, object]:
        """Return the fields by their names."""
        run, wording = self.result.run, self.wording
        name = self.name
        licence_text = licence(run, wording)
        code = self._licence_code()
        return {
            "title": title(run, wording),
            "name": name,
            "notes": self.notes(),
            "private": True,
            "dataset_source": self._source(),
            "owner_org": TO_FILL_IN,
            "maintainer": TO_FILL_IN,
            "dataset_date": self.period(),
            "data_update_frequency": _AS_NEEDED,
            "subnational": "1",
            "groups": [{"name": self.place}],
            "license_id": code,
            **({"license_other": licence_text} if code == "hdx-other" else {}),
            "methodology": "Other",
            "methodology_other": f"{method(run, wording)} {review(self.tally, wording)}",
            "caveats": f"{validation(wording)} {limits(wording)}",
            "tags": [{"name": tag} for tag in self.tags()],
            "resources": [
                {"name": f"{name}.zip", "format": "SHP", "description": wording.tr("Buildings as Shapefile"), **_FILE},
                {"name": f"{name}.csv", "format": "CSV", "description": wording.tr("Buildings as a table"), **_FILE},
            ],
        }

    @property
    def name(self) -> str:
        """The name in the address of the dataset."""
        return f"building-damage-{event_slug(self.result.run.facts.event, '-')}"

    @property
    def place(self) -> str:
        """The country, as HDX calls it."""
        return country_code(self.result.run.facts.event, self.wording) or TO_FILL_IN

    def notes(self) -> str:
        """Return the description, in Markdown as HDX shows it."""
        return "\n\n".join(f"**{part.title}**: {part.text}" for part in self.statement())

    def statement(self) -> list[Paragraph]:
        """Return what is to be known, and what was done about personal data."""
        return [
            *statement(self.result, self.tally, self.wording, self.contact),
            Paragraph(self.wording.tr("Personal data"), self.personal_data()),
        ]

    def personal_data(self) -> str:
        """Return what was checked about personal data."""
        wording = self.wording
        text = wording.tr(
            "Names of the people who checked buildings, their notes, and names of folders were left out. No field holds"
            " personal data."
        )
        if self.result.run.facts.event.type != "conflict":
            return text
        return f"{text} " + wording.tr(
            "In a conflict single buildings may be sensitive: check with the responsible office before you publish."
        )

    def tags(self) -> list[str]:
        """Return the tags, of HDX's vocabulary."""
        kind = self.result.run.facts.event.type
        found = [*_ALWAYS, *([_TAGS[kind]] if kind in _TAGS else [])]
        return found if kind in _NO_NATURE else [*found, "natural disasters"]

    def period(self) -> str:
        """Return the time that the data are of: from the event to the post-event image, else the day of the run."""
        facts = self.result.run.facts
        last = (facts.post.acquired or self.result.run.started_at)[:10]
        first = facts.event.date[:10] or last
        first = min(first, last) if last else first
        return f"[{first}T00:00:00 TO {last or first}T23:59:59]" if first else TO_FILL_IN

    def _source(self) -> str:
        facts = self.result.run.facts
        known = [self.organisation, facts.pre.source, facts.post.source]
        return ", ".join(dict.fromkeys(filter(None, known))) or "xView2 for QGIS"

    def _licence_code(self) -> str:
        """Return the licence of HDX where all parts have the same one, else “other”."""
        run = self.result.run
        stated = {text for text in (run.model_licence, run.facts.pre.licence, run.facts.post.licence) if text}
        codes = {_LICENCES.get(text, "hdx-other") for text in stated}
        return codes.pop() if len(codes) == 1 else "hdx-other"
