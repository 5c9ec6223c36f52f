"""E-mails written for these tests, one for each problem that occurs in practice."""

from __future__ import annotations

import base64

HEADERS = "From: Bia Prado <bia@example.com>\nTo: ajuda@escola.example\nSubject: Aula 3\n"
TEXT = "Content-Type: text/plain; charset=utf-8\n\nO vídeo não abre."  # a part
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def mail(
    headers: str = "", body: str | bytes = "O vídeo não abre.", *, base: str = HEADERS, encoding: str = "utf-8"
) -> bytes:
    """An e-mail with CRLF line ends, as servers pass it on."""
    content = body if isinstance(body, bytes) else body.encode(encoding)
    return (base + headers).replace("\n", "\r\n").encode(encoding) + b"\r\n" + content.replace(b"\n", b"\r\n")


def multipart(*parts: str, kind: str = "mixed", boundary: str = "limite") -> bytes:
    """A multipart e-mail; each part consists of headers, a blank line, and a body."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"
    return mail(f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="{boundary}"\n', body)


def base64_part(kind: str, data: bytes, headers: str = "") -> str:
    """A part in base64."""
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{headers}\n{base64.encodebytes(data).decode()}"
