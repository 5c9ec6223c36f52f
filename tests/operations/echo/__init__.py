"""A room for tests: a service and a job that answer a row, installed only in the processes that a test starts."""
