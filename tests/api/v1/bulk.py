"""API requests that change many tickets."""


def change_of(tickets, **change):
    """The body of a request."""
    return {"tickets": {"numbers": [ticket.number for ticket in tickets]}, "change": change}
