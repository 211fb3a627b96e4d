"""A parent that awaits an import: python await_import.py TEAM JOB. It needs only `pip install temporalio`."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


@workflow.defn
class MyPipeline:
    @workflow.run
    async def run(self, team_id: str, job_id: str) -> dict[str, Any]:
        end = await workflow.execute_child_workflow(
            "trackImport",
            {"teamId": team_id, "jobId": job_id},
            task_queue="prism-imports",
            parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
            execution_timeout=timedelta(days=9),  # ends the child if no worker serves the task queue
            result_type=dict,
        )
        if end["status"] != "complete":
            raise ApplicationError(f"The import is {end['status']}", type="ImportNotComplete", non_retryable=True)
        if end["resultsOmitted"]:  # the import is complete, but the outcome does not have its row results
            raise ApplicationError("The row results are missing", type="ResultsOmitted", non_retryable=True)
        return end


async def main(team_id: str, job_id: str) -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    workflow_id = f"my-pipeline/{job_id}"
    async with Worker(client, task_queue="my-pipeline", workflows=[MyPipeline]):
        end = await client.execute_workflow(
            MyPipeline.run, args=[team_id, job_id], id=workflow_id, task_queue="my-pipeline"
        )
    print(json.dumps(end), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    os._exit(0)  # an ordinary exit can crash while the client's threads run (temporalio/sdk-python#300)
