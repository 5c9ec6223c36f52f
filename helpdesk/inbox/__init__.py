"""The list of tickets: filters, search, rows, the side bar, saved views and the command palette."""
