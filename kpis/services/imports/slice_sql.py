"""The statements that move waiting rows of one slice, on both databases.

Constant texts; what the databases write differently stands in ``$words``. A slice is the
rows of the places from ``first`` to ``last`` with numbers above ``after``, ``until`` at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.db import connection

WORDS = {
    "postgresql": {
        "day": "CAST(NULLIF({}, '') AS date)",
        "lines": "string_agg(line, chr(10) ORDER BY outcome, place, row)",
        "line": "concat_ws('|', ",
    },
    # The rows come in the order of the inner statement.
    "sqlite": {
        "day": "NULLIF({}, '')",
        "lines": "group_concat(line, char(10))",
        "line": "printf('%%s|%%s|%%s|%%s|%%s|%%s|%%s|%%s|%%s|%%s|%%s|%%s', ",
    },
}
SLICE = """r.job_id = %(job)s AND r.place BETWEEN %(first)s AND %(last)s
   AND r.row > %(after)s AND r.row <= %(until)s"""
SAME = """v.comparator = r.comparator AND v.state = r.state AND CASE
   WHEN v.numerator IS NOT NULL THEN r.numerator <> ''
        AND v.numerator = $number(r.numerator) AND v.denominator = $number(r.denominator)
   ELSE r.numerator = '' AND v.value = $number(r.value)
        AND CASE WHEN v.high IS NULL THEN r.high = '' ELSE r.high <> '' AND v.high = $number(r.high) END
   END"""

AGAIN_FRESH = """
UPDATE kpis_importrow AS r SET outcome = '', known = NULL
WHERE $slice AND r.outcome <> ''
"""
ANY_LIVE = """
SELECT 1 FROM kpis_importplace p JOIN kpis_livereading l ON l.series_id = p.series_id
WHERE p.job_id = %(job)s AND p.number BETWEEN %(first)s AND %(last)s LIMIT 1
"""
# What is there already of the same series, period and source: the same, or something else.
MARK_KNOWN = """
UPDATE kpis_importrow AS r
SET known = v.id, outcome = CASE WHEN $same THEN 'already' ELSE 'conflict' END
FROM kpis_importplace p, kpis_livereading l, kpis_reading v
WHERE $slice AND r.outcome = %(outcome)s
  AND p.job_id = r.job_id AND p.number = r.place AND l.series_id = p.series_id
  AND l.period_start = r.period_start AND l.period_end = r.period_end AND l.source_id = r.source
  AND v.id = l.reading_id
"""
ANY_AGAIN = """
SELECT 1 FROM kpis_importrow r WHERE $slice AND r.outcome = ''
GROUP BY r.place, r.period_start, r.period_end, r.source HAVING COUNT(*) > 1 LIMIT 1
"""
# Of rows for one series, period and source the first is new; it is known to the others.
MARK_AGAIN = """
UPDATE kpis_importrow AS r SET outcome = 'again'
FROM (SELECT r.place, r.period_start, r.period_end, r.source, MIN(r.row) AS first_row
      FROM kpis_importrow r WHERE $slice AND r.outcome = ''
      GROUP BY r.place, r.period_start, r.period_end, r.source HAVING COUNT(*) > 1) f
WHERE $slice AND r.outcome = '' AND r.place = f.place AND r.period_start = f.period_start
  AND r.period_end = f.period_end AND r.source = f.source AND r.row > f.first_row
"""
# Before anything is loaded: later rows beside the first of their kind in the file.
COMPARE_AGAIN = """
UPDATE kpis_importrow AS r SET outcome = CASE
   WHEN v.comparator = r.comparator AND v.state = r.state AND v.high = r.high
        AND v.numerator = r.numerator AND v.denominator = r.denominator
        AND (r.numerator <> '' OR v.value = r.value) THEN 'already' ELSE 'conflict' END
FROM kpis_importrow v
WHERE $slice AND r.outcome = 'again' AND v.job_id = r.job_id AND v.place = r.place
  AND v.period_start = r.period_start AND v.period_end = r.period_end AND v.source = r.source
  AND v.outcome = ''
"""
MARK_PLACE = """
UPDATE kpis_importrow AS r SET outcome = %(mark)s
WHERE $slice AND r.place = %(place)s AND r.outcome = ''
"""
MARK_LOCKED = """
UPDATE kpis_importrow AS r SET outcome = 'locked'
WHERE $slice AND r.period_end BETWEEN %(first_day)s AND %(last_day)s
  AND r.place IN (SELECT p.number FROM kpis_importplace p
      JOIN kpis_definition d ON d.id = p.definition_id JOIN kpis_kpi k ON k.id = d.kpi_id
      JOIN labs_resultarea a ON a.id = k.area_id
      WHERE p.job_id = %(job)s AND p.number BETWEEN %(first)s AND %(last)s
        AND a.programme_id = %(programme)s AND %(kpi)s IN (0, k.id))
  AND (r.outcome = '' OR (r.outcome = 'conflict' AND %(correct)s = 1))
"""
CHOSEN = "(r.outcome = '' OR (r.outcome = 'conflict' AND %(correct)s = 1))"
DIGEST = """
SELECT $lines FROM (
  SELECT r.outcome AS outcome, r.place AS place, r.row AS row, $line(
    p.series_id, r.period_start, r.period_end, r.comparator, r.value, r.high, r.numerator,
    r.denominator, r.state, r.source, r.vintage,
    CASE WHEN r.outcome = '' THEN r.note ELSE %(reason)s END) AS line
  FROM kpis_importrow r JOIN kpis_importplace p ON p.job_id = r.job_id AND p.number = r.place
  WHERE $slice AND $chosen ORDER BY r.outcome, r.place, r.row) AS told
"""
LAST_READING = "SELECT COALESCE(MAX(id), 0) FROM kpis_reading"
READINGS = """
INSERT INTO kpis_reading (at, by_user_id, by_post_id, principal_id, principal_post_id,
  evidence_id, series_id, period_start, period_end, complete, comparator, value, high,
  numerator, denominator, state, source_id, vintage, note, backfilled, corrects_id, batch_id)
SELECT %(at)s, CAST(%(by_user_id)s AS bigint), CAST(%(by_post_id)s AS bigint),
  CAST(%(principal_id)s AS bigint), CAST(%(principal_post_id)s AS bigint),
  CAST(%(evidence_id)s AS bigint), p.series_id, r.period_start, r.period_end, r.complete,
  r.comparator, $number(r.value), $number(r.high), $number(r.numerator),
  $number(r.denominator), r.state, r.source, $day(r.vintage),
  CASE WHEN r.outcome = '' THEN r.note ELSE %(reason)s END, %(backfilled)s,
  CASE WHEN r.outcome = '' THEN NULL ELSE r.known END, %(batch)s
FROM kpis_importrow r JOIN kpis_importplace p ON p.job_id = r.job_id AND p.number = r.place
WHERE $slice AND $chosen
ORDER BY r.outcome, r.place, r.row
"""
WRITTEN = "v.id > %(before)s AND v.batch_id = %(batch)s"
CURRENT = """NOT EXISTS (SELECT 1 FROM kpis_livereading c WHERE c.series_id = v.series_id
     AND c.period_start = v.period_start AND c.period_end = v.period_end AND c.is_current)
   AND ROW_NUMBER() OVER (PARTITION BY v.series_id, v.period_start, v.period_end ORDER BY v.id) = 1"""
POINTERS = """
INSERT INTO kpis_livereading
  (reading_id, series_id, period_start, period_end, source_id, is_current, chosen)
SELECT v.id, v.series_id, v.period_start, v.period_end, v.source_id, $current, %(no)s
FROM kpis_reading v WHERE $written AND v.corrects_id IS NULL ORDER BY v.id
"""
# Where nothing was live and the file names one source, every first value is the current one.
POINTERS_FIRST = POINTERS.replace("$current", "%(yes)s")
MOVED = """
UPDATE kpis_livereading AS l SET reading_id = v.id
FROM kpis_reading v WHERE $written AND v.corrects_id = l.reading_id
"""
MARK_CORRECTED = """
UPDATE kpis_importrow AS r SET outcome = 'corrected'
WHERE $slice AND r.outcome = 'conflict' AND %(correct)s = 1
"""
TOTALS = """
SELECT COUNT(*), MIN(v.id), MAX(v.id), MIN(v.period_start)
FROM kpis_reading v WHERE v.id > %(before)s AND v.batch_id = %(batch)s
"""
OUTCOMES = "SELECT r.outcome, COUNT(*) FROM kpis_importrow r WHERE $slice GROUP BY r.outcome"

PARTS = {"slice": SLICE, "same": SAME, "chosen": CHOSEN, "written": WRITTEN, "current": CURRENT}


def run(sql: str, given: Mapping[str, Any]) -> int:
    """Do it; how many rows it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), given)
        return int(cursor.rowcount)


def one(sql: str, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row it finds."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), given)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def stream(sql: str, given: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """All rows it finds, a few thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(written(sql), given)
        while some := cursor.fetchmany(2000):
            yield from some


def every(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows it finds."""
    with connection.cursor() as cursor:
        cursor.execute(written(sql), given)
        return list(cursor.fetchall())


def written(sql: str) -> str:
    """The statement in the words of this database."""
    return _written(sql, connection.vendor)


@lru_cache(maxsize=64)
def _written(sql: str, vendor: str) -> str:
    words = WORDS[vendor]
    for name, part in PARTS.items():
        sql = sql.replace(f"${name}", part)
    sql = re.sub(r"\$number\(([^()]*)\)", r"CAST(NULLIF(\1, '') AS numeric)", sql)
    sql = re.sub(r"\$day\(([^()]*)\)", lambda m: words["day"].replace("{}", m[1]), sql)
    return sql.replace("$lines", words["lines"]).replace("$line(", words["line"])
