"""Reading e-mail, over bytes and text alone: what it says, who wrote it, what is quoted, what is attached, what bounced.

Nothing here knows a model or a request, and nothing here raises, whatever the bytes are.
"""
