"""A client of the API, as an integration uses it."""

import json
from urllib.parse import urlencode

from django.test import Client


class Api:
    """Sends requests below /api/v1/ with a token; bodies and responses are JSON."""

    def __init__(self, secret=None):
        self.client, self.secret = Client(raise_request_exception=False), secret
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def request(self, method, path, body=None, **headers):
        """Send a request; keyword arguments such as `idempotency_key="…"` become headers."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            headers = {"authorization": f"Bearer {self.secret}"} | headers
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = headers.pop("content-type", "application/json")
        return self.client.generic(method, f"/api/v1/{path}", data, kind if data else "", headers=headers)

    def get(self, path, query=None, **headers):
        """GET."""
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path, **headers)

    def post(self, path, body=None, **headers):
        """POST."""
        return self.request("POST", path, body, **headers)

    def put(self, path, body=None, **headers):
        """PUT."""
        return self.request("PUT", path, body, **headers)

    def patch(self, path, body=None, **headers):
        """PATCH."""
        return self.request("PATCH", path, body, **headers)

    def delete(self, path, **headers):
        """DELETE."""
        return self.request("DELETE", path, **headers)
