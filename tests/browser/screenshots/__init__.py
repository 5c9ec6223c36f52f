"""Takes the pictures of docs/screenshots from a demo of its own; see `__main__.py`."""
