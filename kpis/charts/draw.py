"""The SVG of a chart, which shows under a strict policy and on paper.

The picture of one content is drawn once: the cache is keyed by what is drawn, the
size and the language. Raise LOOK when the same content is to look different.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.utils.formats import get_format
from django.utils.translation import get_language

from kpis.charts.data import SeriesChart

KEPT_FOR = 7 * 24 * 3600
VEGA_LITE = "6.4"
LOOK = 4


def svg(chart: SeriesChart, *, width: int, height: int) -> str:
    """The picture of ``chart``, ``width`` x ``height`` pixels without its key and margins."""
    content = repr((LOOK, width, height, get_language(), chart))
    key = f"chart:{hashlib.sha256(content.encode()).hexdigest()}"
    found: str | None = cache.get(key)
    if found is None:
        found = drawn(chart, width=width, height=height)
        cache.set(key, found, KEPT_FOR)
    return found


def drawn(chart: SeriesChart, *, width: int, height: int) -> str:
    """The picture, drawn anew: about half a second, and two more the first time in a process."""
    # Loaded here, so that only who draws waits for it.
    import vl_convert

    from kpis.charts import spec

    built = spec.build(chart, width=width, height=height)
    text: str = vl_convert.vegalite_to_svg(
        json.dumps(built),
        vl_version=VEGA_LITE,
        format_locale=_numbers(),
    )
    return text


def _numbers() -> dict[str, Any]:
    """How the axis writes numbers: as the table beside it."""
    return {
        "decimal": get_format("DECIMAL_SEPARATOR"),
        "thousands": get_format("THOUSAND_SEPARATOR"),
        "grouping": [3],
        "currency": ["", ""],
    }
