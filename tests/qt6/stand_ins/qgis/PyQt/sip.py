"""``PyQt6.sip``."""

from PyQt6.sip import *
