"""Loading files: all that is sound goes in once, all that is not is said, row by row.

A file with something wrong in its form (header, encoding, text in a number, an end
before its start) is refused whole, with every place named. Rows that are known,
in conflict, or cannot be loaded yet are counted and listed and stop nothing.
"""

from kpis.services.imports.files import FileRefused, RowsRefused
from kpis.services.imports.kpi_file import load_kpis
from kpis.services.imports.reading_file import load_readings

__all__ = ["FileRefused", "RowsRefused", "load_kpis", "load_readings"]
