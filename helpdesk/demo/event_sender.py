"""Sends signed events over HTTP, as Eduzz does, to try an installation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from tqdm import tqdm

from webhooks.signature import sign


def send(client: httpx.Client, url: str, key: str, body: bytes) -> httpx.Response:
    """Post one signed delivery. Raises httpx.HTTPError if there is no response."""
    return client.post(url, content=body, headers={"x-signature": sign(body, key), "content-type": "application/json"})


def send_all(
    url: str, key: str, events: Iterable[dict[str, Any] | bytes], *, parallel: int = 4, total: int | None = None
) -> Counter[str]:
    """Send the events with a progress bar; returns the number of responses by status.

    A response that is not the intake's counts by its HTTP status code, a failed request by the name of the exception.
    """

    def one(event: dict[str, Any] | bytes) -> str:
        body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
        try:
            response = send(client, url, key, body)
        except httpx.HTTPError as error:
            return type(error).__name__
        try:
            return str(response.json()["status"])
        except (ValueError, KeyError, TypeError):
            return f"HTTP {response.status_code}"

    limits = httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel)
    with httpx.Client(timeout=60, limits=limits) as client, ThreadPoolExecutor(parallel) as pool:
        answers = pool.map(one, events)
        return Counter(tqdm(answers, desc="Sending", unit="event", total=total, disable=None))
