"""Two ways to read row results: page by page with the activity `readResults`, or from the bucket."""

import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from parent import Given, child_options
from prism_imports import ImportEnd, ReadResults, ResultsPage, ResultsRef, TrackImportInput

# Only the activity needs them, so the workflow sandbox does not load them.
with workflow.unsafe.imports_passed_through():
    import boto3
    from botocore.config import Config


class FailedRows(BaseModel):
    inline: int
    pages: int
    indexes: list[int]


@workflow.defn(name="ListFailedRows")
class ListFailedRows:
    """Lists the rows that failed. The outcome holds the first ones. Pages of the stored results hold all."""

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
                # If no worker serves that queue, the activity fails instead of waiting forever.
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
    """Stores all results and reads them from the bucket with this program's own access."""

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
    """Reads line by line, whatever the size. Each line is the result of one row, in the order of the API."""
    place = urlsplit(stored.uri)
    # Credentials, region and endpoint come from `AWS_*`. An endpoint other than AWS gets path-style addresses.
    style = "path" if "AWS_ENDPOINT_URL_S3" in os.environ else "auto"
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": style}))
    count = Count()
    for line in s3.get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].iter_lines():
        result = json.loads(line)
        count.rows += 1
        count.created += bool(result.get("created"))
        count.failed += result.get("error") is not None
    return count
