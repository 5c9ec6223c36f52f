"""Browsers' reports of violations of the Content-Security-Policy: received from anybody, counted by kind, shown."""
