"""How often jobs are tried again."""

from procrastinate import RetryStrategy

# A mail server that does not take an e-mail: after 5 s, 25 s, 2 min, 10 min, 52 min and 4 h.
EMAIL_RETRY = RetryStrategy(max_attempts=6, exponential_wait=5)
# A database that is away, where what others do raises nothing: after 4 s, 16 s, 1 min, … 18 h.
DATABASE_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)
