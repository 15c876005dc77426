"""What the parts of a plan consist of, and what may be written in them.

Values are kept in one spelling: ISO dates, plain decimals, ids and keys as text, so
that two spellings of the same value never look like a change.
"""

from labs.rules.parts.links import (
    before_it,
    before_themselves,
    check,
    hanging,
    outside,
    pointing_at,
)
from labs.rules.parts.reading import (
    FIRST_YEAR,
    LAST_YEAR,
    Unreadable,
    number,
    parse,
    read,
    read_choice,
    read_currency,
    read_date,
    read_decimal,
    read_id,
    read_key,
    read_money,
    read_period,
    read_post,
    read_text,
    read_year,
)
from labs.rules.parts.schema import (
    INTERVENTIONS,
    PATHWAYS,
    SCHEMA,
    SCOPES,
    VERDICTS,
    Field,
    Kind,
    Problem,
    names_of,
)

__all__ = [
    "FIRST_YEAR",
    "INTERVENTIONS",
    "LAST_YEAR",
    "PATHWAYS",
    "SCHEMA",
    "SCOPES",
    "VERDICTS",
    "Field",
    "Kind",
    "Problem",
    "Unreadable",
    "before_it",
    "before_themselves",
    "check",
    "hanging",
    "names_of",
    "number",
    "outside",
    "parse",
    "pointing_at",
    "read",
    "read_choice",
    "read_currency",
    "read_date",
    "read_decimal",
    "read_id",
    "read_key",
    "read_money",
    "read_period",
    "read_post",
    "read_text",
    "read_year",
]
