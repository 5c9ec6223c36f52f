"""Backups of database and files: created, verified, rotated, restored."""
