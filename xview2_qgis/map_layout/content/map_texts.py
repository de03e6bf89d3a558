"""What a map says in words: title, event, imagery, method, limits, and who made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...protocol.language.mark import mark
from ...protocol.licences import is_non_commercial, licence_address
from ...protocol.scene_facts import ImageFacts
from ...protocol.schema import CLASS_NAMES, Damage
from ...protocol.totals.category import NUMBERS
from ...resources.plugin_metadata import metadata
from .map_facts import MapFacts, RunFacts
from .map_words import MapWords

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
#: Place of the class among the categories of totals.
DESTROYED = NUMBERS[CLASS_NAMES[Damage.DESTROYED]]
#: Scenes whose images are listed one by one.
_MOST_SCENES = 2
#: Kinds of events, as :data:`xview2_qgis.protocol.scene_facts.EVENT_TYPES` has them, for translators.
_EVENTS = (
    mark("earthquake"), mark("flood"), mark("storm"), mark("wildfire"), mark("volcanic eruption"), mark("tsunami"),
    mark("landslide"), mark("explosion"), mark("tornado"), mark("avalanche"), mark("industrial accident"),
    mark("conflict"), mark("other"),
)  # fmt: skip


@dataclass(frozen=True)
class Wishes:
    """What the user wants to be said otherwise; empty for what the result says.

    Attributes:
        title: of the map.
        organisation: who makes it.
        contact: whom to ask.
    """

    title: str = ""
    organisation: str = ""
    contact: str = ""


class MapTexts:
    """The texts of a map.

    Args:
        facts: of the result.
        words: the language.
        wishes: what is to be said otherwise.
    """

    def __init__(self, facts: MapFacts, words: MapWords, wishes: Wishes) -> None:
        self._facts, self._words, self._wishes = facts, words, wishes

    def title(self) -> str:
        """Return the headline: what was wished, else by the place or the event, else by the image."""
        if self._wishes.title:
            return self._wishes.title
        event = self._facts.event
        about = event.area or event.name or event.country or self.scene()
        tr = self._words.words.tr
        return tr("Building damage: {}").format(about) if about else tr("Building damage")

    def scene(self) -> str:
        """Return what the result is called where nothing else is known: after its image; empty for several scenes."""
        if len(self._facts.runs) > 1:
            return ""
        return _SUFFIX.sub("", self._facts.run.post).replace("_", " ").strip()

    def subtitle(self) -> str:
        """Return the line about the event; empty where nothing is known."""
        event, words = self._facts.event, self._words
        tr, label = words.words.tr, event.type
        kind = tr(label) if label and label != "other" else ""
        title = self.title()
        parts = [
            event.name if event.name not in title else "",
            kind[:1].upper() + kind[1:],
            words.moment(event.date) if event.date else "",
            ", ".join(part for part in (event.area, event.country) if part and part not in title),
            f"GLIDE {event.glide}" if event.glide else "",
        ]
        return " · ".join(part for part in parts if part)

    def headline(self) -> str:
        """Return what was found, in one sentence."""
        totals, words = self._facts.totals, self._words
        trn = words.words.trn
        destroyed = totals.categories[DESTROYED].plain
        return trn(
            "{destroyed} of {n} building destroyed, {damaged} damaged",
            "{destroyed} of {n} buildings destroyed, {damaged} damaged",
            totals.buildings.plain,
            destroyed=words.number(destroyed),
            damaged=words.number(totals.damaged.plain - destroyed),
        )

    def badge(self) -> str:
        """Return the notice that nobody may miss."""
        tr = self._words.words.tr
        return tr("Not validated in the field")

    def badge_note(self) -> str:
        """Return what stands below the notice."""
        tr = self._words.words.tr
        return tr("Automatic analysis of satellite images. Check before anybody acts on it.")

    def imagery(self, shown: str) -> str:
        """Return the images with their dates, sensors and credits, a paragraph each.

        Args:
            shown: which of them the map shows, ``post``, ``pre`` or ``none``.
        """
        tr, trn, runs = self._words.words.tr, self._words.words.trn, self._facts.runs
        lines = []
        for run in runs[:_MOST_SCENES]:
            if run.pre:
                lines.append(tr("Pre-event: {}").format(self._image(run.scene.pre, run.pre)))
            if run.post:
                lines.append(tr("Post-event: {}").format(self._image(run.scene.post, run.post)))
        if len(runs) > _MOST_SCENES:
            more = len(runs) - _MOST_SCENES
            lines.append(trn("and {n} more scene", "and {n} more scenes", more))
            lines += self._credits(runs[_MOST_SCENES:])
        if lines and shown == "pre":
            lines.append(tr("The map shows the pre-event image."))
        elif lines and shown == "post":
            lines.append(tr("The map shows the post-event image."))
        return "\n".join(lines)

    def _credits(self, runs: Sequence[RunFacts]) -> list[str]:
        """Return what has to be written beside the images of some scenes, each once: one line, or none."""
        images = [image for run in runs for image in (run.scene.pre, run.scene.post)]
        credits = dict.fromkeys(_copyright(image.credit) for image in images if image.credit)
        return [" · ".join(credits)] if credits else []

    def _image(self, image: ImageFacts, name: str) -> str:
        words, tr = self._words, self._words.words.tr
        parts = [
            " ".join(part for part in (image.source, image.sensor) if part) or name,
            words.moment(image.acquired) if image.acquired else tr("date not stated"),
        ]
        if image.gsd_m is not None:
            parts.append(tr("{} m pixels").format(words.decimal(image.gsd_m, 2)))
        if image.off_nadir_deg is not None:
            parts.append(tr("{}° off nadir").format(words.decimal(image.off_nadir_deg, 1)))
        rights = ". ".join(part for part in (_copyright(image.credit) if image.credit else "", image.licence) if part)
        return ", ".join(parts) + "." + (f" {rights}." if rights else "")

    def method(self) -> str:
        """Return how it was made, in one sentence, and whether people have checked it."""
        runs, tr, trn = self._facts.runs, self._words.words.tr, self._words.words.trn
        if any(run.pre for run in runs):
            text = tr("A neural network ({}) found the buildings and compared them before and after the event.")
        elif any(run.post for run in runs):
            text = tr("A neural network ({}) rated the buildings in the post-event image alone.")
        else:
            text = tr("A neural network ({}) rated the buildings.")
        totals = self._facts.totals
        if not self._facts.reviewed:
            checked = tr("No building has been checked by people.")
        else:
            checked = trn(
                "{checked} of {n} outline was checked by people.",
                "{checked} of {n} outlines were checked by people.",
                totals.outlines,
                checked=self._words.number(self._facts.reviewed),
            )
        models = ", ".join(dict.fromkeys(run.model_id for run in self._facts.runs if run.model_id))
        return f"{text.format(models or tr('model not stated'))} {checked}"

    def limits(self, ranges: bool) -> str:
        """Return how far the map can be trusted.

        Args:
            ranges: whether it shows the ranges of numbers that have one.
        """
        tr = self._words.words.tr
        text = tr(
            "Seen from above only: damage to walls and inside does not show. Buildings may be missed or outlined "
            "wrongly, and minor and major damage are often confused. Outside of the assessed area nothing was looked "
            "at; an empty place there does not mean no damage."
        )
        if ranges and self._facts.totals.buildings.estimate is not None:
            text += " " + tr("Ranges (95 %) come from a random sample of buildings that people checked.")
        return text

    def production(self, borders: bool) -> str:
        """Return who made it, when and with what, a paragraph each.

        Args:
            borders: whether the map shows borders of countries.
        """
        run, tr, words = self._facts.run, self._words.words.tr, self._words
        contact = self._wishes.contact or self._facts.event.contact
        lines = [self._wishes.organisation, tr("Contact: {}").format(contact) if contact else ""]
        if run.started_at:
            lines.append(tr("Analysed on {}").format(words.moment(run.started_at[:10])))
        lines.append(tr("Made with xView2 for QGIS {}").format(metadata("version") or run.version))
        licences = dict.fromkeys(run.model_licence for run in self._facts.runs if run.model_licence)
        lines += [self._licence(licence) for licence in licences]
        if borders:
            lines.append(tr("Borders: Natural Earth; they express no opinion on the status of any territory."))
        return "\n".join(line for line in lines if line)

    def _licence(self, licence: str) -> str:
        tr, address = self._words.words.tr, licence_address(licence)
        if is_non_commercial(licence):
            licence = tr("{licence} (not for commercial use)").format(licence=licence)
        text = tr("Licence of the model's weights: {}").format(licence)
        return f"{text}, {address.partition('://')[2].rstrip('/')}" if address else text


def _copyright(credit: str) -> str:
    return credit if credit.lower().startswith(("©", "(c)", "copyright")) else f"© {credit}"
