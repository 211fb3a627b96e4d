"""Follows an import from another namespace by the Nexus service `prism-imports`, and prints the outcome as JSON."""

import argparse
import asyncio
import json
import os
import sys
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Optional

import nexusrpc
from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError, NexusOperationError
from temporalio.worker import Worker

# Only the client needs it, so the workflow sandbox does not load it.
with workflow.unsafe.imports_passed_through():
    from codec import converter_with

TASK_QUEUE = "example-pipeline-python-nexus"
BRIEF = timedelta(minutes=1)  # includes the retries of Nexus


@nexusrpc.service(name="prism-imports")
class PrismImports:
    """The operations used here, by their wire names. Input and output are JSON."""

    track_import: nexusrpc.Operation[dict[str, Any], dict[str, Any]] = nexusrpc.Operation(name="trackImport")
    poll_now: nexusrpc.Operation[dict[str, Any], None] = nexusrpc.Operation(name="pollNow")
    status: nexusrpc.Operation[dict[str, Any], dict[str, Any]] = nexusrpc.Operation(name="status")


@dataclass
class Followed:
    endpoint: str
    team_id: str
    job_id: str
    polling: Optional[dict[str, Any]] = None


@workflow.defn(name="AwaitImportByNexus")
class AwaitImportByNexus:
    """Joins or starts the one tracker of the job. The result of the operation is the outcome."""

    @workflow.run
    async def run(self, given: Followed) -> dict[str, Any]:
        imports = workflow.create_nexus_client(service=PrismImports, endpoint=given.endpoint)
        job = {"teamId": given.team_id, "jobId": given.job_id}
        try:
            tracking = await imports.start_operation(
                PrismImports.track_import,
                {**job, "polling": given.polling},
                # If unset, the operation waits forever when no worker serves the endpoint.
                schedule_to_close_timeout=timedelta(days=9),
                # By default a cancelled caller waits until the import ends: the tracker continues for the others.
                cancellation_type=workflow.NexusOperationCancellationType.ABANDON,
            )
            state = await imports.execute_operation(PrismImports.status, job, schedule_to_close_timeout=BRIEF)
            await imports.execute_operation(PrismImports.poll_now, job, schedule_to_close_timeout=BRIEF)
            return {"state": state, "end": await tracking}
        except NexusOperationError as error:
            refused = refusal(error)
            if refused is None:
                raise  # cancelled, or timed out
            raise refused from error


def refusal(error: NexusOperationError) -> Optional[ApplicationError]:
    """
    Why the service or the tracker refused, with its failure type. A refused input is a handler error BAD_REQUEST whose
    cause is a failure of type InvalidInput. A failed tracker is a failure itself.
    """
    cause = error.cause
    if isinstance(cause, nexusrpc.HandlerError):
        cause = cause.__cause__ or ApplicationError(cause.message, type=cause.type.name)
    if isinstance(cause, ApplicationError):
        return ApplicationError(cause.message, type=cause.type, non_retryable=True)
    return None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"))
    parser.add_argument("--namespace", default=os.environ.get("TEMPORAL_NAMESPACE", "default"), help="the caller's")
    parser.add_argument("--endpoint", default="prism-imports", help="as `setup --nexus-endpoint` named it")
    parser.add_argument("--team", required=True)
    parser.add_argument("--job", required=True)
    parser.add_argument("--interval", help="between polls, such as 10s; default: the tracker's policy")
    parser.add_argument("--workflow-id", default=f"example-python-nexus/{uuid.uuid4()}")
    parser.add_argument("--except-trackers", action="store_true", help="do not encrypt payloads for trackers")
    return parser.parse_args()


async def main() -> None:
    given = arguments()
    converter = converter_with(os.environ.get("PRISM_ENCRYPTION_KEYS"), given.except_trackers)
    client = await Client.connect(given.address, namespace=given.namespace, data_converter=converter)
    polling = given.interval and {"initialInterval": given.interval, "maximumInterval": given.interval}
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[AwaitImportByNexus]):
        found = await client.execute_workflow(
            AwaitImportByNexus.run,
            Followed(given.endpoint, given.team, given.job, polling),
            id=given.workflow_id,
            task_queue=TASK_QUEUE,
        )
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
    # As in main.py.
    sys.stdout.flush()
    os._exit(0)
