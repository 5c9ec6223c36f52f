"""A browser that receives notifications: its keys, its push address, and its decryption."""

import json
import secrets

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from helpdesk.notifications.push.keys import encode


class Browser:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)

    @property
    def fields(self):
        """What it posts to subscribe."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "public_key": encode(point), "secret": encode(self.secret)}

    def read(self, body):
        """The decrypted notification. Raises if it was encrypted for somebody else."""
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))
