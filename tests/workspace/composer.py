"""Writes in a ticket's composer as its page does."""

HTMX = {"HTTP_HX_REQUEST": "true"}


def path(ticket, rest=""):
    return f"/t/escola/tickets/{ticket.number}/{rest}"


def send(page, ticket, body="Oi, Mariana!", **data):
    extra = data.pop("extra", {})
    return page.post(path(ticket, "replies/"), {"body": body, "seen": "0", **data}, **extra)


def draft(page, ticket, body, kind="reply", **data):
    return page.post(path(ticket, f"drafts/{kind}/"), {"body": body, **data})
