"""The token for /metrics."""

TOKEN = "a-token-of-metrics-0123456789"
