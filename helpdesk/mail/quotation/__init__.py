"""Separates what somebody wrote from what they quote, in plain text and HTML."""
