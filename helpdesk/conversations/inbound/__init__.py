"""E-mail that comes in: stored by one of three doors as it came, and filed afterwards by a worker."""
