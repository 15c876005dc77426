"""Runs pieces of code in the installation whose environment it has, one after the other.

A process of its own, as the product's are; see ``Product.shell``. Each line that comes in is a
piece of code and the names it is given as JSON, each that goes out what it printed, or how it
failed.
"""

import json
import sys
import traceback
from contextlib import redirect_stdout
from io import StringIO

import django

django.setup()

from django.db import connections  # noqa: E402

answers = sys.stdout
for line in sys.stdin:
    printed, failed = StringIO(), ""
    try:
        with redirect_stdout(printed):
            code, given = json.loads(line)
            exec(compile(code, "piece", "exec"), {"__name__": "piece", **given})
    except Exception:  # noqa: BLE001 - whatever it is, who asked is told
        failed = traceback.format_exc()
    connections.close_all()
    answers.write(json.dumps({"printed": printed.getvalue(), "failed": failed}) + "\n")
    answers.flush()
