"""Starts a worker and runs one workflow, or queries a tracker, and prints the result as JSON."""

import argparse
import asyncio
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio.client import Client
from temporalio.worker import Worker

from codec import converter_with
from join import Joiner, JoinImport
from parent import AbandonImport, AwaitImport, ContinueAsNewDuringImport, Given, State
from prism_imports import TASK_QUEUE as TRACKER_TASK_QUEUE
from prism_imports import Polling, TrackingState, canonical_id
from results import CountStoredRows, ListFailedRows, count_stored
from submit import Submitter

TASK_QUEUE = "example-pipeline-python"
OF_NEW_IMPORTS: dict[str, Any] = {
    "await": AwaitImport,
    "abandon": AbandonImport,
    "continue-as-new": ContinueAsNewDuringImport,
}
OF_GIVEN_IMPORTS: dict[str, Any] = {
    "join": JoinImport,
    "failed-rows": ListFailedRows,
    "stored-rows": CountStoredRows,
}
WORKFLOWS = {**OF_NEW_IMPORTS, **OF_GIVEN_IMPORTS}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=[*WORKFLOWS, "status", "set-polling"], default="await")
    parser.add_argument("--address", default=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"))
    parser.add_argument("--namespace", default=os.environ.get("TEMPORAL_NAMESPACE", "default"))
    parser.add_argument("--base-url", default="http://127.0.0.1:8787", help="the API; default: a local emulator")
    parser.add_argument("--team", default="00000000-0000-4000-8000-000000000001")
    parser.add_argument("--job", help="an import that the API has accepted: for the modes after the first three")
    parser.add_argument("--workflow-id", default=f"example-python/{uuid.uuid4()}")
    parser.add_argument("--tracker-queue", default=TRACKER_TASK_QUEUE)
    parser.add_argument("--wait-seconds", type=float, default=7200)
    parser.add_argument("--except-trackers", action="store_true", help="do not encrypt payloads for trackers")
    return parser.parse_args()


async def main() -> None:
    given = arguments()
    converter = converter_with(os.environ.get("PRISM_ENCRYPTION_KEYS"), given.except_trackers)
    client = await Client.connect(given.address, namespace=given.namespace, data_converter=converter)
    answer = await (run_workflow(client, given) if given.mode in WORKFLOWS else ask_tracker(client, given))
    print(answer.model_dump_json(indent=2, by_alias=True))


async def run_workflow(client: Client, given: argparse.Namespace) -> BaseModel:
    pipeline = Given(
        team_id=given.team,
        wait_timeout=timedelta(seconds=given.wait_seconds),
        tracker_queue=given.tracker_queue,
    )
    if given.mode == "continue-as-new":
        args: list[Any] = [State(given=pipeline)]
    else:
        args = [pipeline] if given.mode in OF_NEW_IMPORTS else [pipeline, given.job]
    with ThreadPoolExecutor(max_workers=2) as threads:
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=list(WORKFLOWS.values()),
            activities=[Submitter(given.base_url).submit_import, Joiner(client).join_or_start, count_stored],
            activity_executor=threads,
        ):
            return await client.execute_workflow(
                WORKFLOWS[given.mode].run, args=args, id=given.workflow_id, task_queue=TASK_QUEUE
            )


async def ask_tracker(client: Client, given: argparse.Namespace) -> TrackingState:
    """Only clients can query and update. A workflow does it in an activity."""
    tracker = client.get_workflow_handle(canonical_id(given.team, given.job))
    if given.mode == "status":
        # Without a worker a query hangs for half a minute.
        return await tracker.query("status", result_type=TrackingState, rpc_timeout=timedelta(seconds=5))
    polling = Polling(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
    state = await tracker.execute_update("setPolling", polling, result_type=TrackingState)
    await tracker.signal("pollNow")
    return state


if __name__ == "__main__":
    asyncio.run(main())
    # Threads of Temporal's client may still run, and an interpreter that shuts down meanwhile can crash
    # (temporalio/sdk-python#300).
    sys.stdout.flush()
    os._exit(0)
