"""E-mail that comes in: stored as it came, by whichever of three ways, and filed afterwards by a worker."""
