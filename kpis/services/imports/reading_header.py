"""The columns of a file of readings: which there may be, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

REQUIRED = ("kpi", "source")
OPTIONAL = ("cell", "status", "comparator", "high", "vintage", "note")
EITHER = (
    (("period",), ("period_start", "period_end")),
    (("value",), ("numerator", "denominator"), ("value", "numerator", "denominator")),
)
FIELDS = (
    *("kpi", "cell", "period", "period_start", "period_end", "value", "numerator", "denominator"),
    *("comparator", "high", "status", "source", "vintage", "note"),
)
KNOWN = {*REQUIRED, *OPTIONAL, *(name for ways in EITHER for way in ways for name in way)}
# What people call the columns, in the languages of the product; guessed, shown and confirmed.
CALLED = {
    "kpi": ("kpi", "code", "kpi code", "indicator", "indicador", "código", "codigo", "petunjuk"),
    "cell": ("cell", "breakdown", "part", "desglose", "célula", "pecahan"),
    "period": ("period", "month", "quarter", "year", "periodo", "período", "mes", "tempoh"),
    "period_start": ("period start", "start", "from", "desde", "de", "inicio", "mula"),
    "period_end": ("period end", "end", "to", "until", "hasta", "até", "fin", "hingga"),
    "value": ("value", "actual", "valor", "nilai", "result"),
    "numerator": ("numerator", "numerador", "pengangka"),
    "denominator": ("denominator", "denominador", "penyebut"),
    "comparator": ("comparator", "comparador"),
    "high": ("high", "upper end", "máximo", "maximo"),
    "status": ("status", "state", "estado", "keadaan"),
    "source": ("source", "fuente", "fonte", "sumber"),
    "vintage": ("vintage", "published", "source date", "publicado"),
    "note": ("note", "notes", "comment", "nota", "catatan"),
}


def check_header(columns: Sequence[str]) -> str | None:
    """What is wrong with the column names, in any order; None when they will do."""
    for place, name in enumerate(columns, start=1):
        if name not in KNOWN:
            return f'Row 1, column {place}: "{name}" is not a column of readings.'
        if name in columns[: place - 1]:
            return f'Row 1, column {place}: "{name}" is there twice.'
    return missing(columns)


def missing(names: Sequence[str], fixed: Mapping[str, str] | None = None) -> str | None:
    """What no column gives, where ``fixed`` says it neither for all rows; None when all is there."""
    have = set(names)
    for name in REQUIRED:
        if name not in have and not (fixed or {}).get(name):
            return f'Row 1: the column "{name}" is missing.'
    for ways in EITHER:
        if {name for way in ways for name in way} & have not in [set(way) for way in ways]:
            words = " or ".join(" and ".join(way) for way in ways[:2])
            return f"Row 1: there must be the columns {words}."
    return None


def guess(header: Sequence[str]) -> dict[str, int]:
    """Field -> column, by what the columns are called; each column for one field at most."""
    found: dict[str, int] = {}
    called = {word: field for field, words in CALLED.items() for word in words}
    for place, name in enumerate(header):
        plain = " ".join(name.lower().replace("_", " ").split())
        field = called.get(plain)
        if field is not None and field not in found:
            found[field] = place
    return found
