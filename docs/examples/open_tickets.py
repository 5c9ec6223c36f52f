"""Keep a spreadsheet of open tickets in step: `python open_tickets.py open_tickets.csv`, as often as you like.

Needs nothing but Python, and two variables: HELPDESK_URL (https://helpdesk.example.com) and HELPDESK_TOKEN.
"""

import csv
import json
import os
import re
import sys
import urllib.parse
import urllib.request
from pathlib import Path

COLUMNS = ["number", "status", "priority", "learner", "e-mail", "course", "assignee", "requested_at", "url"]
FORMULA = r"=+\-@|%⁺⁻⁼₊₋₌−⩵⩶﬩﹢﹣﹦﹪﹫％＋－＝＠｜"
FINISHED = {"resolved", "closed"}


def get(address):
    """What the API answers."""
    headers = {"Authorization": f"Bearer {os.environ['HELPDESK_TOKEN']}"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as response:
        return json.load(response)


def changes(cursor):
    """Every ticket that was made or changed since the cursor was given, and the cursor to go on from next time."""
    query = {
        "fields": "number,url,status,priority,learner,course,assignee,merged_into,requested_at",
        "expand": "learner,course,assignee",
        "limit": 200,
    }
    tickets, has_more = [], True
    while has_more:
        place = {"after": cursor} if cursor else {}
        address = f"{os.environ['HELPDESK_URL']}/api/v1/tickets/changes?{urllib.parse.urlencode(query | place)}"
        answer = get(address)
        tickets += answer["results"]
        cursor, has_more = answer["cursor"], answer["has_more"]
    return tickets, cursor


def row_of(ticket):
    """The ticket as a line of the spreadsheet."""
    course, assignee = ticket["course"] or {}, ticket["assignee"] or {}
    return {
        "number": str(ticket["number"]),
        "status": ticket["status"],
        "priority": ticket["priority"],
        "learner": neutral(ticket["learner"]["name"]),
        "e-mail": neutral(ticket["learner"]["email"]),
        "course": neutral(course.get("title", "")),
        "assignee": neutral(assignee.get("name", "")),
        "requested_at": ticket["requested_at"],
        "url": ticket["url"],
    }


def neutral(text):
    """A text of which a spreadsheet takes nothing for a formula, whichever separator it expects."""
    return re.sub(rf"""((?:^|[,;\t\n\r])[\s"]*)(?=[{FORMULA}])""", r"\1'", text)


def main():
    sheet = Path(sys.argv[1])
    mark = sheet.with_suffix(".cursor")  # where the last run stood in the history
    rows, cursor = {}, ""
    if sheet.exists() and mark.exists():
        with sheet.open(newline="", encoding="utf-8") as file:
            rows = {row["number"]: row for row in csv.DictReader(file)}
        cursor = mark.read_text()

    tickets, cursor = changes(cursor)
    for ticket in tickets:  # one that changed meanwhile comes a second time, and then as it is in the end
        rows.pop(str(ticket["number"]), None)
        if ticket["status"] not in FINISHED and ticket["merged_into"] is None:
            rows[str(ticket["number"])] = row_of(ticket)

    draft = sheet.with_suffix(".draft")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows[number] for number in sorted(rows, key=int))
    draft.replace(sheet)  # whole or not at all
    mark.write_text(cursor)  # after the sheet: where this is lost, the same changes come again, which does no harm
    print(f"{len(rows)} open tickets")


if __name__ == "__main__":
    main()
