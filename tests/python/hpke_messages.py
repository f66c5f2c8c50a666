"""Opens or seals messages of docs/sealing.md with an HPKE library that is not ours.

    hpke_messages.py open SECRET_KEY PURPOSE DESTINATION FINGERPRINT <messages >releases
    hpke_messages.py seal PUBLIC_KEY PURPOSE DESTINATION FINGERPRINT LENGTH <releases >messages
"""

import base64
import hashlib
import json
import struct
import sys

from pyhpke import AEADId, CipherSuite, KDFId, KEMId

SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def info(purpose, destination, fingerprint):
    parts = [purpose.encode(), destination.encode(), bytes.fromhex(fingerprint)]
    return b"hereabouts seal v1" + b"".join(struct.pack(">Q", len(part)) + part for part in parts)


def open_message(line, secret, binding):
    message = json.loads(line)
    assert message["v"] == 1
    recipient = SUITE.create_recipient_context(decode(message["enc"]), secret, info=binding)
    padded = recipient.open(decode(message["ct"]), aad=b"\x01" + decode(message["to"]))
    text = padded.rstrip(b"\0")
    assert text.endswith(b"\x80")
    return text[:-1].decode()


def seal_message(line, public, to, binding, length):
    enc, sender = SUITE.create_sender_context(public, info=binding)
    padded = (line.encode() + b"\x80").ljust(length, b"\0")
    sealed = sender.seal(padded, aad=b"\x01" + to)
    return json.dumps({"v": 1, "to": encode(to), "enc": encode(enc), "ct": encode(sealed)})


def main(task, key, purpose, destination, fingerprint, length="0"):
    binding = info(purpose, destination, fingerprint)
    key = decode(key.removeprefix("hereabouts-secret-key:"))
    for line in sys.stdin.read().splitlines():
        if task == "open":
            print(open_message(line, SUITE.kem.deserialize_private_key(key), binding))
        else:
            to = hashlib.sha256(key).digest()[:8]
            print(seal_message(line, SUITE.kem.deserialize_public_key(key), to, binding, int(length)))


main(*sys.argv[1:])
