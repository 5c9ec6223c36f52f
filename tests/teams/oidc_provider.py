"""An OpenID Connect provider in a thread, where one person is logged in."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "helpdesk", "a-client-secret-of-32-characters"


class Provider:
    """`claims` is what it says about the person; if it is `broken`, it answers the server with an error."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.broken = issuer, False
        self.claims = {"sub": "4711", "email": "ana@example.com", "email_verified": True, "name": "Ana Prado"}
        self.challenges: dict[str, str] = {}
        self.asked: dict[str, str] = {}  # in the last request

    def authorize(self, address: str) -> dict[str, str]:
        """The parameters with which the person's browser returns from the provider's page."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked = asked
        assert address.startswith(f"{self.issuer}/authorize?")
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.challenges[code] = asked["code_challenge"]
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, object]:
        """The response to the server."""
        if self.broken:
            return {"error": "server_error"}
        if path == "/token":
            verifier = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest())
            assert self.challenges.pop(form["code"][0]) == verifier.decode().rstrip("=")
            token = {"iss": self.issuer, "aud": CLIENT_ID, "iat": time.time(), "exp": time.time() + 60} | self.claims
            return {"access_token": "t", "token_type": "Bearer", "id_token": jwt.encode(token, CLIENT_SECRET)}
        if path == "/userinfo":
            return dict(self.claims)
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


@contextmanager
def run_provider():
    """Run a provider at its own address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            answer = json.dumps(provider.answer(self.path, parse_qs(body))).encode()
            self.send_response(500 if provider.broken else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield provider
        server.shutdown()
