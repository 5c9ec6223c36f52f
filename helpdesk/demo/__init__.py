"""A simulated school for demonstrations, and commands that fill a database."""
