"""The inner part, which QGIS runs when it starts: the user sets out on the errand that a variable names."""

import builtins
import json
import os
import sys
from importlib import import_module

from qgis.utils import iface

# QGIS runs a text, which knows no file of its own
sys.path.insert(0, os.environ["XVIEW2_SCRIPTS"])

from releasing.clicking.user import User

errand = json.loads(os.environ["XVIEW2_ERRAND"])
# kept from being collected when this script ends
builtins.xview2_user = User(iface, errand)
module, _, function = errand["name"].rpartition(":")
steps = getattr(import_module(module or "releasing.clicking.errands"), function)
builtins.xview2_user.go(steps(builtins.xview2_user))
