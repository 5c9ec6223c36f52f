"""A receiver of webhooks, on a real socket."""

import http.server
import socket
import threading
import time
from contextlib import contextmanager


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it receives, and responds as told."""

    request_queue_size = 200

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []  # headers and body
        self.headers: dict[str, str] = {}
        self.status, self.answer, self.delay = 200, b"thanks", 0.0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *args):
        pass


@contextmanager
def receiving():
    """Run a receiver."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        yield server
        server.shutdown()


@contextmanager
def listening(talk):
    """The URL of a socket on which `talk` handles every connection; it need not speak HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def accept():
            try:
                while True:
                    connection, _address = server.accept()
                    with connection:
                        talk(connection)
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
