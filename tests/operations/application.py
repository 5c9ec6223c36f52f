"""A WSGI application behind the gateway, and requests to it."""

from typing import Any

SIGNED = (b"x-signature", b"a" * 64)
CHUNKED = (b"transfer-encoding", b"chunked")


class Application:
    """Remembers each request's environment, and responds with the request's body."""

    def __init__(self, *chunks, headers=()):
        self.environ: dict[str, Any] = {}
        self.body, self.chunks, self.is_closed = b"", chunks, False
        self.headers = [("Content-Type", "text/plain"), *headers]

    def __call__(self, environ, start_response):
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start_response("200 OK", self.headers)
        return self

    def __iter__(self):
        return iter(self.chunks or [self.body])

    def close(self):
        self.is_closed = True


def body_of(*chunks):
    return [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks) - 1}
        for place, chunk in enumerate(chunks)
    ]
