"""The team's settings of e-mail: its sender and domain, its mailboxes, and the addresses that get no e-mail."""
