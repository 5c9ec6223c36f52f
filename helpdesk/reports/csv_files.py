"""Tables as files that a spreadsheet opens as they are meant."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import IO, Any
from unicodedata import normalize

from django.utils.formats import get_format

from helpdesk.reports.tables import Table

BEGIN = "\ufeff"  # of a file, so that Excel reads it as UTF-8
FORMULA = "=+-−@|%"  # with which a spreadsheet lets a formula begin, in whatever width and size


def write_csv(file: IO[str] | Any, table: Table) -> None:
    """The whole of a table."""
    line = line_writer()
    file.write(BEGIN + line(table.headings))
    file.writelines(line([cell.value for cell in row]) for row in table.rows)


def line_writer() -> Callable[[Iterable[Any]], str]:
    """Makes lines of rows, with the separator that spreadsheets expect in what is the reader's language now.

    Texts stand in quotes: a spreadsheet in another language, which expects another separator, splits none of them.
    """
    writer = csv.writer(_Echo(), delimiter=separator(), quoting=csv.QUOTE_NONNUMERIC)
    return lambda row: writer.writerow([neutral(value) for value in row])


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        """The text."""
        return text


def separator() -> str:
    """A semicolon where the comma parts decimals, as Excel has it there."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def neutral(value: Any) -> Any:
    """A text that a spreadsheet does not take for a formula, whatever it begins with."""
    if isinstance(value, str) and (begin := normalize("NFKC", value[:100]).lstrip()) and begin[0] in FORMULA:
        return f"'{value}"
    return value
