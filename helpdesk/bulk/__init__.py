"""Changes to one ticket or thousands, from pages and the API: stored, made in steps, and undone."""
