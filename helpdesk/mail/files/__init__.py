"""The files of an e-mail: their names, what Outlook wraps them in, and what of them may be kept and served."""
