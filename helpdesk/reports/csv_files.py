"""Tables as files that a spreadsheet opens as they are meant."""

from __future__ import annotations

import csv
from typing import IO, Any
from unicodedata import normalize

from django.utils.formats import get_format

from helpdesk.reports.tables import Table

FORMULA = "=+-−@|%"  # with which a spreadsheet lets a formula begin, in whatever width and size


def write_csv(file: IO[str] | Any, table: Table) -> None:
    """All rows, with the separator that spreadsheets expect in the reader's language.

    Texts stand in quotes: a spreadsheet in another language, which expects another separator, splits none of them.
    """
    file.write("\ufeff")  # so that Excel reads it as UTF-8
    writer = csv.writer(file, delimiter=separator(), quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([neutral(heading) for heading in table.headings])
    writer.writerows([neutral(cell.value) for cell in row] for row in table.rows)


def separator() -> str:
    """A semicolon where the comma parts decimals, as Excel has it there."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def neutral(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula, whatever it begins with."""
    if isinstance(value, str) and (begin := normalize("NFKC", value[:100]).lstrip()) and begin[0] in FORMULA:
        return f"'{value}"
    return value
