"""How spreadsheets read a CSV, whichever separator they expect."""

import csv
import io
from unicodedata import normalize

FORMULA = tuple("=+-−@|%")
# Names people might enter: a formula at every place where a cell may begin.
MALICIOUS = 'x;=1+1;y,=2+2,z\t=3; +4,＝5,\u3000﹣6;;@7,"=8,""|9;"" −1,%2;⁻1,₌2,﹫3'


def cells_of(text: str) -> list[str]:
    """All cells that any spreadsheet might find in this text."""
    readers = [csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=each) for each in ",;\t"]
    return [cell for rows in readers for row in rows for cell in row]


def formulas_in(text: str) -> list[str]:
    """The cells that a spreadsheet interprets as formulas."""
    return [cell for cell in cells_of(text) if normalize("NFKC", cell).strip().startswith(FORMULA)]
