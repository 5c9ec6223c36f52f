"""How often jobs are tried again."""

from procrastinate import RetryStrategy

# A mail server that does not take an e-mail: after 5 s, 25 s, 2 min, 10 min, 52 min and 4 h.
EMAIL_RETRY = RetryStrategy(max_attempts=6, exponential_wait=5)
