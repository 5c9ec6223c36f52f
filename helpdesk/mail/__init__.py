"""Reading e-mail, over bytes and text alone: what it says, who wrote it, what is quoted, attached, or came back.

Nothing here knows a model or a request, and nothing here raises, whatever the bytes are.
"""
