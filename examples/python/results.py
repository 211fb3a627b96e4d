"""Two ways to the results of rows: pages of them by the activity `readResults`, and the stored object itself in S3."""

import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from parent import Given, child_options
from prism_imports import ImportEnd, ReadResults, ResultsPage, ResultsRef, TrackImportInput

# For the activity alone: the sandbox of workflows need not load them.
with workflow.unsafe.imports_passed_through():
    import boto3
    from botocore.config import Config


class FailedRows(BaseModel):
    inline: int
    pages: int
    indexes: list[int]


@workflow.defn(name="ListFailedRows")
class ListFailedRows:
    """Lists the rows that failed: the outcome holds the first ones, pages of what is stored all."""

    @workflow.run
    async def run(self, given: Given, job_id: str) -> FailedRows:
        end = await follow(given, job_id, "failed")
        inline = end.failed_results or []
        if not end.failed_omitted or end.results_ref is None:
            return FailedRows(inline=len(inline), pages=0, indexes=[row.index for row in inline])
        indexes: list[int] = []
        pages = 0
        asked = ReadResults(uri=end.results_ref.uri, only="failed")
        while True:
            page = await workflow.execute_activity(
                "readResults",
                asked,
                result_type=ResultsPage,
                task_queue=given.tracker_queue,
                start_to_close_timeout=timedelta(minutes=1),
                # When no worker serves that queue, this fails instead of waiting for ever.
                schedule_to_start_timeout=timedelta(minutes=10),
            )
            pages += 1
            indexes += [row.index for row in page.results]
            if page.next is None:
                return FailedRows(inline=len(inline), pages=pages, indexes=indexes)
            asked.after = page.next


class Count(BaseModel):
    rows: int = 0
    created: int = 0
    failed: int = 0


@workflow.defn(name="CountStoredRows")
class CountStoredRows:
    """Has all results stored, and reads them in the bucket, with this program's own access to it."""

    @workflow.run
    async def run(self, given: Given, job_id: str) -> Count:
        end = await follow(given, job_id, "stored")
        if end.results_ref is None:
            raise ApplicationError("No results are stored", type="NoResults", non_retryable=True)
        return await workflow.execute_activity(
            count_stored,
            end.results_ref,
            start_to_close_timeout=timedelta(minutes=5),
        )


async def follow(given: Given, job_id: str, results: str) -> ImportEnd:
    end = await workflow.execute_child_workflow(
        "trackImport",
        TrackImportInput.model_validate(
            {"teamId": given.team_id, "jobId": job_id, "waitTimeout": given.wait_timeout, "results": results}
        ),
        result_type=ImportEnd,
        **child_options(given, job_id),
    )
    if end.status not in ("complete", "failed"):
        raise ApplicationError(f"The import is {end.status}", type="ImportNotFinished", non_retryable=True)
    return end


@activity.defn
def count_stored(stored: ResultsRef) -> Count:
    """Reads line by line, whatever the size: each is one row's result, in the order of the API."""
    place = urlsplit(stored.uri)
    # Credentials, region and another server than AWS come from `AWS_*`; such a server has its buckets in paths.
    style = "path" if "AWS_ENDPOINT_URL_S3" in os.environ else "auto"
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": style}))
    count = Count()
    for line in s3.get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].iter_lines():
        result = json.loads(line)
        count.rows += 1
        count.created += bool(result.get("created"))
        count.failed += result.get("error") is not None
    return count
