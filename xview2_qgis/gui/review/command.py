"""What a reviewer can do by one key."""

from __future__ import annotations

from enum import Enum

from qgis.PyQt.QtCore import Qt

from ...protocol.schema import CLASS_NAMES, NO_BUILDING, Damage


class Command(Enum):
    """One thing that is done by a key or a button."""

    UNKNOWN = "unknown"
    NO_DAMAGE = "no-damage"
    MINOR = "minor-damage"
    MAJOR = "major-damage"
    DESTROYED = "destroyed"
    NO_BUILDING = "no-building"
    ACCEPT = "accept"
    UNDO = "undo"
    SKIP = "skip"
    BACK = "back"
    NOTE = "note"
    ADD = "add"


#: The commands that give a class, and the class.
CLASS_COMMANDS: dict[Command, str] = {
    Command.UNKNOWN: CLASS_NAMES[Damage.UNKNOWN],
    Command.NO_DAMAGE: CLASS_NAMES[Damage.NO_DAMAGE],
    Command.MINOR: CLASS_NAMES[Damage.MINOR],
    Command.MAJOR: CLASS_NAMES[Damage.MAJOR],
    Command.DESTROYED: CLASS_NAMES[Damage.DESTROYED],
    Command.NO_BUILDING: NO_BUILDING,
}

#: Each command by its key, also that of the number pad.
KEYS: dict[int, Command] = {
    int(Qt.Key.Key_0): Command.UNKNOWN,
    int(Qt.Key.Key_1): Command.NO_DAMAGE,
    int(Qt.Key.Key_2): Command.MINOR,
    int(Qt.Key.Key_3): Command.MAJOR,
    int(Qt.Key.Key_4): Command.DESTROYED,
    int(Qt.Key.Key_X): Command.NO_BUILDING,
    int(Qt.Key.Key_Return): Command.ACCEPT,
    int(Qt.Key.Key_Enter): Command.ACCEPT,
    int(Qt.Key.Key_Z): Command.UNDO,
    int(Qt.Key.Key_S): Command.SKIP,
    int(Qt.Key.Key_B): Command.BACK,
    int(Qt.Key.Key_N): Command.NOTE,
    int(Qt.Key.Key_A): Command.ADD,
}

#: The keys as buttons name them.
COMMAND_KEYS: dict[Command, str] = {
    Command.UNKNOWN: "0",
    Command.NO_DAMAGE: "1",
    Command.MINOR: "2",
    Command.MAJOR: "3",
    Command.DESTROYED: "4",
    Command.NO_BUILDING: "X",
    Command.ACCEPT: "↵",
    Command.UNDO: "Z",
    Command.SKIP: "S",
    Command.BACK: "B",
    Command.NOTE: "N",
    Command.ADD: "A",
}
