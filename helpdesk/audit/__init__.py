"""An append-only log of who did what with people's data and with rights, for a team to look up later."""
