"""Backups of database and files: written, verified, rotated, restored."""
