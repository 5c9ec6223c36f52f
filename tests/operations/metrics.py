"""The token by which /metrics is asked."""

TOKEN = "a-token-of-metrics-0123456789"
