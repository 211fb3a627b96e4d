"""AES-256-GCM as the trackers' worker uses it, with the keys of `PRISM_ENCRYPTION_KEYS`."""

import base64
import dataclasses
import os
from typing import Iterable, List, Optional

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    NexusSerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)


class EncryptionCodec(PayloadCodec):
    """
    Takes `ID:KEY,…`, with keys of 32 bytes in base64. The first key encrypts. Every key decrypts. Unencrypted payloads
    pass unchanged.
    """

    def __init__(self, keys: str) -> None:
        pairs = [entry.split(":", 1) for entry in keys.split(",")]
        self.first = pairs[0][0]
        self.ciphers = {key_id: AESGCM(base64.b64decode(key)) for key_id, key in pairs}

    async def encode(self, payloads: Iterable[Payload]) -> List[Payload]:
        return [self.encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> List[Payload]:
        return [self.decrypt(payload) for payload in payloads]

    def encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(12)
        data = nonce + self.ciphers[self.first].encrypt(nonce, payload.SerializeToString(), None)
        metadata = {"encoding": b"binary/encrypted", "encryption-key-id": self.first.encode()}
        return Payload(metadata=metadata, data=data)

    def decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != b"binary/encrypted":
            return payload
        cipher = self.ciphers[payload.metadata["encryption-key-id"].decode()]
        return Payload.FromString(cipher.decrypt(payload.data[:12], payload.data[12:], None))


class ExceptTrackers(PayloadCodec, WithSerializationContext):
    """A codec that skips payloads for trackers, so their worker needs no codec."""

    def __init__(self, codec: PayloadCodec, for_tracker: bool = False) -> None:
        self.codec = codec
        self.for_tracker = for_tracker

    def with_context(self, context: SerializationContext) -> "ExceptTrackers":
        return ExceptTrackers(self.codec, is_of_tracker(context))

    async def encode(self, payloads: Iterable[Payload]) -> List[Payload]:
        return list(payloads) if self.for_tracker else await self.codec.encode(payloads)

    async def decode(self, payloads: Iterable[Payload]) -> List[Payload]:
        return await self.codec.decode(payloads)


def is_of_tracker(context: SerializationContext) -> bool:
    """Recognizes trackers by the ids that this pipeline uses: `…/import` for its children, and the canonical ids."""
    if isinstance(context, ActivitySerializationContext):
        return context.activity_type == "readResults"
    if isinstance(context, NexusSerializationContext):
        return context.service == "prism-imports"
    if isinstance(context, WorkflowSerializationContext):
        return context.workflow_id.endswith("/import") or context.workflow_id.startswith("prism-import/")
    return False


def converter_with(keys: Optional[str], except_trackers: bool = False) -> DataConverter:
    """The converter of a client: pydantic's, which also encrypts payloads and failures if there are keys."""
    if not keys:
        return pydantic_data_converter
    codec = EncryptionCodec(keys)
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=ExceptTrackers(codec) if except_trackers else codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
