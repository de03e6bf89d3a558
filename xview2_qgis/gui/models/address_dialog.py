"""Where a model is fetched: address, checksum, authentication."""

from __future__ import annotations

import re

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from ...i18n.translation import tr
from ...model_store.address import model_address
from ...model_store.refusal import ModelStoreError
from ...model_store.work import ModelOrder
from .plain_label import PlainLabel

_WIDTH = 520  # pixels


class AddressDialog(QDialog):
    """Asks for an address and checks it before it closes.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("xView2ModelAddress")
        self.setWindowTitle(tr("Install a model from an address"))
        self.address = QLineEdit(self)
        self.address.setPlaceholderText("https://example.org/model.xv2.zip")
        self.checksum = QLineEdit(self)
        self.checksum.setPlaceholderText(tr("64 hexadecimal digits, optional"))
        self.checksum.setToolTip(tr("With it, a file that was exchanged or damaged on the way is refused"))
        self.authentication = QgsAuthConfigSelect(self)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(tr("&Address"), self.address)
        form.addRow(tr("Checksum (&SHA-256)"), self.checksum)
        form.addRow(tr("A&uthentication"), self.authentication)
        advice = PlainLabel(
            self, tr("A model is data that a complex program reads: install it only from people whom you trust.")
        )
        self.complaint = PlainLabel(self)
        self.complaint.setStyleSheet("color: #c0392b")
        self.complaint.setVisible(False)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.install_button = self.buttons.addButton(
            tr("&Download and install"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.install_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(advice)
        layout.addWidget(self.complaint)
        layout.addWidget(self.buttons)
        self._fit()

    def _fit(self) -> None:
        """Take the height that the texts need at this width."""
        width = max(_WIDTH, self.minimumSizeHint().width(), self.width() if self.isVisible() else 0)
        layout = self.layout()
        self.resize(width, layout.heightForWidth(width) if layout is not None else self.height())

    def order(self) -> ModelOrder:
        """Return what was asked for."""
        return ModelOrder(
            "install",
            address=self.address.text().strip(),
            sha256=self._digits(),
            credentials=str(self.authentication.configId() or ""),
        )

    def accept(self) -> None:
        """Close if the fields can be used, else say why not."""
        problem = ""
        try:
            model_address(self.address.text())
        except ModelStoreError as error:
            problem = str(error)
        if not problem and self._digits() and not re.fullmatch(r"[0-9a-f]{64}", self._digits()):
            problem = tr("The checksum is not a SHA-256: it has 64 hexadecimal digits.")
        self.complaint.setText(problem)
        self.complaint.setVisible(bool(problem))
        self._fit()
        if not problem:
            super().accept()

    def _digits(self) -> str:
        text = self.checksum.text().strip().lower()
        return text.partition(":")[2].strip() if text.startswith("sha256:") else text
