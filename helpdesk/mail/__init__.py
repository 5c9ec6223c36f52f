"""Reads e-mail from its bytes alone: its text, author, quotations, attachments and bounces.

Nothing here uses a model or a request, and no input makes it raise.
"""
