"""``qgis.gui``: the widgets that the plugin puts into its windows, small and with the behaviour that it relies on."""

from PyQt6.QtCore import QPointF, QRectF, pyqtSignal
from PyQt6.QtWidgets import QGraphicsScene, QHBoxLayout, QLineEdit

from .generated import INTERFACE, generated


class QgsMapLayerComboBox(generated("QgsMapLayerComboBox")):
    """A list without layers, but for the entry for none."""

    layerChanged = pyqtSignal(object)

    def setAllowEmptyLayer(self, allow, text="", *_):
        if allow:
            self.insertItem(0, text)

    def currentLayer(self):
        return self.currentData()

    def layer(self, index):
        return self.itemData(index)


class QgsFileWidget(generated("QgsFileWidget")):
    """A field with a path."""

    fileChanged = pyqtSignal(str)

    def __init__(self, parent=None):
        super().__init__(parent)
        self._field = QLineEdit(self)
        QHBoxLayout(self).addWidget(self._field)
        self._field.textChanged.connect(self.fileChanged)

    def lineEdit(self):
        return self._field

    def filePath(self):
        return self._field.text()

    def setFilePath(self, path):
        self._field.setText(path)


class QgsMapCanvas(generated("QgsMapCanvas")):
    """A map with nothing on it."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))


class QgsMapCanvasItem(generated("QgsMapCanvasItem")):
    def __init__(self, canvas):
        super().__init__()
        canvas.scene().addItem(self)

    def toCanvasCoordinates(self, _):
        return QPointF(0, 0)


class QgsRubberBand(generated("QgsRubberBand")):
    """A line without points."""

    def __init__(self, canvas, *_):
        super().__init__()
        canvas.scene().addItem(self)

    def boundingRect(self):
        return QRectF()

    def paint(self, *_):
        pass


class QgsMapTool(generated("QgsMapTool")):
    def __init__(self, canvas):
        super().__init__()
        self._canvas = canvas

    def canvas(self):
        return self._canvas


class QgsMessageBar(generated("QgsMessageBar")):
    @staticmethod
    def createMessage(*texts):
        item = QgsMessageBarItem()
        QHBoxLayout(item)
        return item

    def pushWidget(self, item, *_):
        item.setParent(self)
        return item


class QgsMessageBarItem(generated("QgsMessageBarItem")):
    pass


def __getattr__(name):
    if name.startswith("__") or INTERFACE.top(name) is None:
        raise AttributeError(name)
    return generated(name)
