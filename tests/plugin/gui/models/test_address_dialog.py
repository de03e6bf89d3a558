"""An address is checked before the dialog closes."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QDialog

from xview2_qgis.gui.models.address_dialog import AddressDialog


@pytest.fixture
def dialog(qgis_app):
    dialog = AddressDialog()
    yield dialog
    dialog.deleteLater()


@pytest.mark.parametrize("checksum", ["", "A" * 64, "sha256:" + "b" * 64])
def test_what_can_be_used_is_taken(dialog, checksum):
    dialog.address.setText(" https://example.org/model.xv2.zip ")
    dialog.checksum.setText(checksum)
    dialog.install_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    order = dialog.order()
    assert order.address == "https://example.org/model.xv2.zip"
    assert len(order.sha256) == (64 if checksum else 0)
    assert order.credentials == ""


@pytest.mark.parametrize(
    ("address", "checksum", "words"),
    [
        ("", "", "not an address"),
        ("http://example.org/x.zip", "", "https:// only"),
        ("https://example.org/x.zip", "12", "64 hexadecimal digits"),
    ],
)
def test_what_cannot_be_used_is_told(dialog, address, checksum, words):
    dialog.address.setText(address)
    dialog.checksum.setText(checksum)
    dialog.install_button.click()
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert words in dialog.complaint.text()
