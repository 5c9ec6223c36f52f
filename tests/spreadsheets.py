"""What becomes of a CSV in a spreadsheet, whichever separator that one expects."""

import csv
import io
from unicodedata import normalize

FORMULA = tuple("=+-−@|%")
# What somebody may call themselves: a formula behind each place where a cell may begin.
MALICIOUS = 'x;=1+1;y,=2+2,z\t=3; +4,＝5,\u3000﹣6;;@7,"=8,""|9;"" −1,%2;⁻1,₌2,﹫3'


def cells_of(text: str) -> list[str]:
    """All the cells that any spreadsheet may find in this."""
    readers = [csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=each) for each in ",;\t"]
    return [cell for rows in readers for row in rows for cell in row]


def formulas_in(text: str) -> list[str]:
    """Those cells that a spreadsheet takes for a formula."""
    return [cell for cell in cells_of(text) if normalize("NFKC", cell).strip().startswith(FORMULA)]
