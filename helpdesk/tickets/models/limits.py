"""How long what people write may be."""

LONGEST_TEXT = 20_000  # characters of a question, a message, a note, a draft and a canned reply
