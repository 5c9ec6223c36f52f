"""Who did what with people's data and with rights, for a team to look up later; it only ever grows."""
