"""Awaits an import as a child workflow, with payloads encrypted as Temporal's samples do it; prints how it ended as JSON."""

import asyncio
import base64
import dataclasses
import json
import os
import sys
from typing import Iterable, List

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadCodec, default
from temporalio.exceptions import ApplicationError, ChildWorkflowError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


class EncryptionCodec(PayloadCodec):
    """The first key encrypts, every key decrypts."""

    def __init__(self, keys: str) -> None:
        pairs = [entry.split(":") for entry in keys.split(",")]
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


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, given: dict) -> dict:
        try:
            return await workflow.execute_child_workflow(
                "trackImport",
                given,
                id=f"{workflow.info().workflow_id}/import",
                task_queue="prism-imports",
                result_type=dict,
                static_summary="Marked-Secret summary",
            )
        except ChildWorkflowError as error:
            assert isinstance(error.cause, ApplicationError)
            return {"failure": error.cause.type, "message": error.cause.message}


async def main(address: str, workflow_id: str, given: str) -> None:
    converter = dataclasses.replace(default(), payload_codec=EncryptionCodec(os.environ["KEYS"]))
    client = await Client.connect(address, data_converter=converter)
    runner = UnsandboxedWorkflowRunner()
    async with Worker(client, task_queue=workflow_id, workflows=[Parent], workflow_runner=runner):
        end = await client.execute_workflow(Parent.run, json.loads(given), id=workflow_id, task_queue=workflow_id)
    print(json.dumps(end), flush=True)
    # Threads of Temporal's client may still run, and an interpreter that takes itself down meanwhile can crash.
    os._exit(0)


asyncio.run(main(*sys.argv[1:]))
