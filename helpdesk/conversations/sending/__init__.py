"""E-mail to learners: what is sent, from which sender, the hand-over to the mail server, and its result."""
