"""Attachments: their names, Outlook's winmail.dat, and what may be stored and served."""
