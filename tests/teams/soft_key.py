"""A passkey in software, which a test can also make lie."""

import hashlib
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """Answers a page's options, for the site at `origin`."""

    def __init__(self, origin="http://localhost", rp_id="localhost"):
        self.private, self.id = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)
        self.origin, self.rp = origin, hashlib.sha256(rp_id.encode()).digest()

    def create(self, options):
        """The browser's response when a key is created."""
        public = ES256.from_cryptography_key(self.private.public_key())
        about = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(self.rp, FLAG.UP | FLAG.UV | FLAG.AT, 0, about)
        client = CollectedClientData.create("webauthn.create", options["publicKey"]["challenge"], self.origin)
        return self._said(
            clientDataJSON=websafe_encode(client),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
        )

    def get(self, options):
        """The browser's response when a key is used."""
        data = AuthenticatorData.create(self.rp, FLAG.UP | FLAG.UV, 0)
        client = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], self.origin)
        signature = self.private.sign(data + client.hash, ec.ECDSA(SHA256()))
        return self._said(
            clientDataJSON=websafe_encode(client),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
        )

    def _said(self, **response):
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
