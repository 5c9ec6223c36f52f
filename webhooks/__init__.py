"""Events from Eduzz: sources and signing keys, the intake that stores deliveries, and the worker's processing."""
