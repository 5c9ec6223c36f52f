"""Requests to addresses that somebody else names: bounded in time and size, and only to where they may go."""
