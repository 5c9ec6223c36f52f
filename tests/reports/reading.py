"""Reads a report's page and its files."""

import csv
import io
import re
from datetime import UTC, datetime

DAY = "first=2026-03-10&last=2026-03-10"
NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo, a Tuesday


def key_figures(response):
    return {str(figure["title"]): figure for figure in response.context["report"].key_figures()}


def rows(page, name, query=DAY):
    response = page.get(f"/t/escola/reports/{name}.csv?{query}")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]


def found(page, query):
    """The numbers of the tickets behind a figure."""
    return set(re.findall(r'id="row-(\d+)"', page.get(f"/t/escola/?{query}").text))
