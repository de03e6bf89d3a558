"""``qgis.core``: what windows need while they are made and used is written here, the rest is generated."""

from typing import ClassVar

from PyQt6.QtCore import QObject, pyqtSignal

from .generated import INTERFACE, generated

NULL = None


class Qgis(generated("Qgis")):
    QGIS_VERSION = "4.2.0-stand-in"
    QGIS_VERSION_INT = 40200


class QgsProcessingException(Exception):
    pass


class QgsProject(generated("QgsProject")):
    """One project, without layers."""

    cleared = pyqtSignal()
    layersAdded = pyqtSignal(object)

    @staticmethod
    def instance():
        return _PROJECT

    def layerTreeRoot(self):
        return QgsLayerTree()

    def mapLayers(self):
        return {}

    def readEntry(self, scope, key, default=""):
        return default, False


class QgsLayerTree(generated("QgsLayerTree")):
    pass


class QgsSettings(QObject):
    """Settings of this process."""

    _values: ClassVar[dict] = {}

    def value(self, key, default=None, **_):
        return self._values.get(key, default)

    def setValue(self, key, value, *_):
        self._values[key] = value

    def remove(self, key):
        for known in [known for known in self._values if known == key or known.startswith(f"{key}/")]:
            del self._values[known]

    def contains(self, key):
        return key in self._values


class QgsProviderRegistry(generated("QgsProviderRegistry")):
    @staticmethod
    def instance():
        return QgsProviderRegistry()


class QgsProcessingRegistry(generated("QgsProcessingRegistry")):
    def addProvider(self, provider):
        provider.setParent(self)
        provider.loadAlgorithms()
        return True


class QgsMapRendererParallelJob(generated("QgsMapRendererParallelJob")):
    """Draws nothing, and never ends."""

    finished = pyqtSignal()

    def __init__(self, *_):
        super().__init__()


class QgsTask(generated("QgsTask")):
    """A task that nobody runs."""

    def __init__(self, *_):
        super().__init__()


class QgsTaskManager(generated("QgsTaskManager")):
    def addTask(self, task, *_):
        task.setParent(self)
        return 1


class QgsApplication(generated("QgsApplication")):
    """A ``QApplication``; the plugin asks it for registries and never makes one."""

    def __init__(self, argv, *_):
        super().__init__(argv)

    @staticmethod
    def locale():
        return QgsSettings().value("locale/userLocale" if QgsSettings().value("locale/overrideFlag") else "", "en_US")

    @staticmethod
    def processingRegistry():
        return _PROCESSING

    @staticmethod
    def taskManager():
        return _TASKS

    @staticmethod
    def instance():
        from PyQt6.QtWidgets import QApplication

        return QApplication.instance()


_PROJECT, _PROCESSING, _TASKS = QgsProject(), QgsProcessingRegistry(), QgsTaskManager()


def __getattr__(name):
    if name.startswith("__") or INTERFACE.top(name) is None:
        raise AttributeError(name)
    return generated(name)
