"""An app for tests: a service and jobs that answer rows, installed only in processes that tests start."""
