"""Runs the example pipeline once, with a worker of its own, and prints how its import ended as JSON."""

import argparse
import asyncio
import json
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

from temporalio.client import Client
from temporalio.worker import Worker

from parent import AbandonImport, AwaitImport, ContinueAsNewDuringImport, ContinueInput
from submit import Submitter

TASK_QUEUE = "example-pipeline-python"
WORKFLOWS = {
    "await": AwaitImport,
    "abandon": AbandonImport,
    "continue-as-new": ContinueAsNewDuringImport,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=WORKFLOWS, default="await")
    parser.add_argument("--address", default=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"))
    parser.add_argument("--namespace", default=os.environ.get("TEMPORAL_NAMESPACE", "default"))
    parser.add_argument("--base-url", default="http://127.0.0.1:8787", help="the API; default: an emulator on this machine")
    parser.add_argument("--team", default="00000000-0000-4000-8000-000000000001")
    parser.add_argument("--workflow-id", default=f"example-python/{uuid.uuid4()}")
    return parser.parse_args()


async def main() -> None:
    given = arguments()
    client = await Client.connect(given.address, namespace=given.namespace)
    with ThreadPoolExecutor(max_workers=2) as threads:
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=list(WORKFLOWS.values()),
            activities=[Submitter(given.base_url).submit_import],
            activity_executor=threads,
        ):
            end = await client.execute_workflow(
                WORKFLOWS[given.mode].run,
                ContinueInput(given.team) if given.mode == "continue-as-new" else given.team,
                id=given.workflow_id,
                task_queue=TASK_QUEUE,
            )
    print(json.dumps(end, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
    # Threads of Temporal's client may still run, and an interpreter that takes itself down meanwhile can crash (temporalio/sdk-python#300).
    sys.stdout.flush()
    os._exit(0)
