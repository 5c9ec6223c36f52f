"""Requests to addresses that users enter: limited in time and size, and only to allowed destinations."""
