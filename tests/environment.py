"""Loaded by pytest before the settings are: the tests' environment, with its own PostgreSQL where none is given."""

import os

import local_environment

os.environ["TRIAL"] = "1"
local_environment.prepare()
