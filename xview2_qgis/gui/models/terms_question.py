"""The question before a model is used whose licence excludes commercial use."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLayout, QVBoxLayout, QWidget

from ...available_models import AvailableModel
from ...i18n.translation import plugin_words, tr
from ...model_store.terms import accept_terms, terms_pending
from ...protocol.licences import licence_address, licence_in_words
from .plain_label import PlainLabel

_WIDTH = 520  # pixels


class TermsQuestion(QDialog):
    """Title and licence of a model, where the licence stands, and two buttons.

    Args:
        model: the model.
        parent: Qt parent.
    """

    def __init__(self, model: AvailableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2TermsQuestion")
        self.setWindowTitle(tr("Terms of the model"))
        lines = QVBoxLayout(self)
        title = PlainLabel(self, model.title)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        lines.addWidget(title)
        lines.addWidget(PlainLabel(self, tr("Licence: {}").format(licence_in_words(model.licence, plugin_words()))))
        if model.training_data:
            lines.addWidget(PlainLabel(self, tr("Trained on: {}").format(model.training_data)))
        lines.addWidget(
            PlainLabel(
                self,
                tr(
                    "You may not use this model, and what is made with it, commercially. Reports and layers name the "
                    "licence. This is asked once for each model."
                ),
            )
        )
        if address := licence_address(model.licence):
            lines.addWidget(PlainLabel(self, tr("Text of the licence: {}").format(address)))
        lines.addStretch(1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.agree_button = self.buttons.addButton(tr("I &understand"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        lines.addWidget(self.buttons)
        # the layout would ask for the height that the texts have in a narrow window
        lines.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        width = max(_WIDTH, self.minimumSizeHint().width())
        self.setMinimumSize(width, lines.heightForWidth(width))
        self.resize(self.minimumSize())


def agrees_to_terms(model: AvailableModel, parent: QWidget | None) -> bool:
    """Return whether a model may be used: it has no terms, or the user has agreed to them, now or earlier."""
    if not terms_pending(model):
        return True
    question = TermsQuestion(model, parent)
    agreed = question.exec() == QDialog.DialogCode.Accepted
    question.deleteLater()
    if agreed:
        accept_terms(model)
    return agreed
