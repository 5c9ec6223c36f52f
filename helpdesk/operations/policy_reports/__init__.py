"""Browsers' reports of what broke the Content-Security-Policy: taken in from anybody, counted by kind, shown."""
