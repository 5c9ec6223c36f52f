"""Outgoing webhooks: their endpoints, payloads, deliveries and log."""
