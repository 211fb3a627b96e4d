"""Awaits an import as a child workflow, with payloads encrypted by the codec of the example; prints how it ended as JSON."""

import asyncio
import dataclasses
import json
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.converter import default
from temporalio.exceptions import ApplicationError, ChildWorkflowError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from codec import EncryptionCodec


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
