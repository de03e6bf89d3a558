"""Terms of a model: a licence that excludes commercial use is read once before the model is used."""

from __future__ import annotations

import hashlib

from qgis.core import QgsSettings

from ..available_models import AvailableModel
from ..i18n.translation import plugin_words, tr
from ..protocol.licences import is_non_commercial, licence_in_words

_GROUP = "xview2/terms"


def terms_pending(model: AvailableModel) -> bool:
    """Return whether a model has terms that nobody has agreed to in this profile of QGIS."""
    return is_non_commercial(model.licence) and not QgsSettings().value(_key(model), False, type=bool)


def accept_terms(model: AvailableModel) -> None:
    """Remember that the terms of a model were understood: of this model under this licence."""
    QgsSettings().setValue(_key(model), True)


def terms_line(model: AvailableModel) -> str:
    """Return the terms in one line, empty where there are none."""
    if not is_non_commercial(model.licence):
        return ""
    return tr("The model “{title}” and what is made with it: {licence}.").format(
        title=model.title, licence=licence_in_words(model.licence, plugin_words())
    )


def _key(model: AvailableModel) -> str:
    # texts of a stranger are no names of settings
    identity = f"{model.identifier or model.name}\n{model.licence}".encode("utf-8", "surrogatepass")
    return f"{_GROUP}/{hashlib.sha256(identity).hexdigest()[:32]}"
