"""Processes, monitoring, database, backups and set-up."""
