"""Tables as CSV files that spreadsheets open correctly."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from typing import IO, Any

from django.utils.formats import get_format

from helpdesk.reports.tables import Table

BEGIN = "\ufeff"  # byte order mark, so that Excel reads the file as UTF-8
# Characters that begin a formula in spreadsheets, in all widths and sizes; and where a cell may begin, for any
# separator: only at the beginning of a cell do quotation marks keep a text whole.
FORMULA = "=+-@|%⁺⁻⁼₊₋₌−⩵⩶﬩﹢﹣﹦﹪﹫％＋－＝＠｜"
BEGINS_FORMULA = re.compile(rf"""((?:^|[,;\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029])[\s"]*+)(?=[{re.escape(FORMULA)}])""")


def write_csv(file: IO[str] | Any, table: Table) -> None:
    """Write a whole table."""
    line = line_writer()
    file.write(BEGIN + line(table.headings))
    file.writelines(line([cell.value for cell in row]) for row in table.rows)


def line_writer() -> Callable[[Iterable[Any]], str]:
    """Returns a function that formats a row as a line, with the separator that spreadsheets expect in this language.

    Texts are quoted: at the beginning of a line, a spreadsheet that expects another separator then keeps them whole.
    """
    writer = csv.writer(_Echo(), delimiter=separator(), quoting=csv.QUOTE_NONNUMERIC)
    return lambda row: writer.writerow([escape_formula(value) for value in row])


class _Echo:
    """A file whose `write` returns the text."""

    def write(self, text: str) -> str:
        """Return the text instead of writing it."""
        return text


def separator() -> str:
    """A semicolon if the language uses a decimal comma, as in Excel; otherwise a comma."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def escape_formula(value: Any) -> Any:
    """Put an apostrophe before whatever a spreadsheet could take for a formula, however it splits the text."""
    return BEGINS_FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
