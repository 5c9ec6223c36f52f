"""The HTML of an e-mail: sanitised, as plain text, and with its quotations marked."""
