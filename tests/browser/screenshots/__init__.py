"""The pictures of docs/screenshots, of a demo of their own: see `__main__.py`."""
