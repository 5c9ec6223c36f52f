"""Files of messages: checked, stored under names that cannot be guessed, and served so that they do no harm."""
