"""The REST API as a Django app: tokens and their pages, rate limits, and the addresses of all versions."""
