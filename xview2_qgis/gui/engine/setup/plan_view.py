"""What an installation would do, before it begins: what, where, how large, how long, under which licences."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QLabel, QSizePolicy, QWidget

from ....i18n.duration import duration_text
from ....i18n.number import number_text
from ....i18n.translation import tr
from ....installation.plan import InstallationPlan
from ....installation.variant import Variant, offered_variants


class PlanView(QWidget):
    """A list of variants, and the facts of the plan for the chosen one.

    Signals:
        variant_chosen: another variant was chosen.

    Args:
        parent: Qt parent.
    """

    variant_chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.variants = QComboBox(self)
        self.variants.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for index, variant in enumerate(offered_variants()):
            title = tr("{} (recommended)").format(variant.title) if index == 0 else variant.title
            self.variants.addItem(title, variant)
        self.variants.currentIndexChanged.connect(lambda *_: self.variant_chosen.emit())
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Variant"), self.variants)
        self.source = self._fact(form, tr("From"))
        self.folder = self._fact(form, tr("Into"))
        self.sizes = self._fact(form, tr("Size"))
        self.time = self._fact(form, tr("Time"))
        self.python = self._fact(form, tr("Python"))
        self.licences = self._fact(form, tr("Licences"))

    def _fact(self, form: QFormLayout, title: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)  # names of folders stand in it
        label.setWordWrap(True)
        label.setAccessibleName(title)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # a long path without a space would make the window as wide as itself
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        form.addRow(title, label)
        return label

    def variant(self) -> Variant | None:
        """Return the chosen variant, None where none fits this computer."""
        chosen: Variant | None = self.variants.currentData()
        return chosen

    def choose(self, variant: Variant | None) -> None:
        """Choose a variant without saying so; one that is not offered is not chosen."""
        blocker = QSignalBlocker(self.variants)
        self.variants.setCurrentIndex(max(self.variants.findData(variant), 0))
        blocker.unblock()

    def show_plan(self, plan: InstallationPlan) -> None:
        """Show the facts of a plan."""
        self.choose(plan.variant)
        self.show_source(plan.offline)
        self.folder.setText(str(plan.folder))
        self.sizes.setText(_size(plan))
        self.time.setText(
            tr("about {}").format(duration_text(plan.minutes * 60.0)) if plan.minutes else tr("not known")
        )
        self.python.setText(plan.interpreter.title)
        self.licences.setText(plan.licences)

    def show_facts_as(self, text: str) -> None:
        """Show a text in place of each fact, because they are looked for, or there is no plan."""
        for label in (self.folder, self.sizes, self.time, self.python, self.licences):
            label.setText(text)

    def show_source(self, offline: Path | None) -> None:
        """Show where the packages come from."""
        text = tr("the Python package index, with the network settings of QGIS")
        self.source.setText(str(offline) if offline is not None else text)
        # a package has its variant
        self.variants.setEnabled(offline is None and self.variants.count() > 1)


def _size(plan: InstallationPlan) -> str:
    download = tr("nothing to download") if plan.offline is not None else tr("download not measured")
    if plan.download_bytes:
        download = tr("{} download").format(size_text(plan.download_bytes))
    disk = tr("{} on disk").format(size_text(plan.disk_bytes)) if plan.disk_bytes else tr("room on disk not measured")
    return f"{download}, {disk}"


def size_text(size: int) -> str:
    """Return a number of bytes for people, in the units of disks (1 MB = 1 000 000 bytes)."""
    if size >= 1_000_000_000:
        return tr("{} GB").format(number_text(size / 1e9, 1))
    return tr("{} MB").format(number_text(max(1, round(size / 1e6))))
