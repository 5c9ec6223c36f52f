"""The HTML of an e-mail: made safe, as text, and what of it is quoted."""
