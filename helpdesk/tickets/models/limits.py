"""Limits for texts that people write."""

LONGEST_TEXT = 20_000  # characters of a question, message, note, draft or canned reply
