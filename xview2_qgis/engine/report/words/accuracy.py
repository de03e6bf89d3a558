"""What was measured of a model, in words that need no statistics."""

from __future__ import annotations

from ...language.wording import Wording
from ...output.model_card import ModelCard

#: Metrics whose values are shares of buildings, as model cards call them.
RECALL, PRECISION, DESTROYED_PRECISION = (
    "buildings: localization recall",
    "buildings: localization precision",
    "buildings: destroyed precision",
)
_OF_TEN = 10


def accuracy(card: ModelCard, wording: Wording, *, pair: bool) -> tuple[str, ...]:
    """Return what was measured of the model, or that nothing was.

    Args:
        card: of the model.
        wording: the language.
        pair: the run had two images.
    """
    if sentences := _shares(card, wording, pair=pair):
        return tuple(sentences)
    if card.scores:
        return (wording.tr("How good the model was in tests stands under “The model”."),)
    return (wording.tr("How often this model is right has not been measured."),)


def _shares(card: ModelCard, wording: Wording, *, pair: bool) -> list[str]:
    """Return what the measured shares mean, one sentence each; nothing that was not measured.

    Args:
        card: the card.
        wording: the language.
        pair: the run had two images.
    """
    found = {metric: card.measured(metric, pair=pair) for metric in (RECALL, PRECISION, DESTROYED_PRECISION)}
    sentences = []
    if (share := found[RECALL]) is not None:
        text = wording.tr("In tests, about {part} of {whole} real buildings were outlined well.")
        sentences.append(_out_of_ten(text, share, wording))
    if (share := found[PRECISION]) is not None:
        text = wording.tr("About {part} of {whole} outlines fitted a real building.")
        sentences.append(_out_of_ten(text, share, wording))
    if (share := found[DESTROYED_PRECISION]) is not None:
        text = wording.tr("Of those called destroyed, about {part} of {whole} were destroyed.")
        sentences.append(_out_of_ten(text, share, wording))
    return sentences


def _out_of_ten(text: str, share: float, wording: Wording) -> str:
    return text.format(part=wording.number(round(share * _OF_TEN)), whole=wording.number(_OF_TEN))
