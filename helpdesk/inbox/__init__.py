"""The list of tickets: filters, search, rows, the sidebar, saved views and the command palette."""
