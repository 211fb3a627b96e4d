"""How imports end for the SDK: results at once, rows that fail, records that were there, and a job that fails as a whole. Also all that its models do not know."""

import json
from typing import Any

from sdk import arguments, ending, finished, micro, organizations, tell

given = arguments()
client = micro(given)
objects = client.prism.objects.organizations


def unknown(job: Any) -> list[str]:
    """Members of an ImportJob and of its results that the SDK's models do not have."""
    parts = [job, *(job.results or []), *(result.error for result in job.results or [] if result.error)]
    return sorted({member for part in parts for member in part.model_extra or {}})


def outcome(result: Any) -> str:
    """The safe reading of a result."""
    if result.error is not None:
        return f"{type(result.error).__name__} {result.error.code}"
    return "created" if result.created else "existing" if result.existing else "unknown"


def scripted(**script: object) -> dict[str, str]:
    """The header by which a request says how its own import proceeds."""
    return {"x-emulator-job": json.dumps(script)}


by_domain = {"dedupe_by": "primary_domain"}
objects.bulk_create(objects=organizations(1))
rows = [*organizations(2), {"default": {"name": {"not": "a value"}}}, {"default": {"primary_domain": "O1.EXAMPLE"}}]
sync = objects.bulk_create(objects=rows, options=by_domain)
tell(
    "at once",
    counts=[sync.total, sync.processed, sync.succeeded, sync.failed],
    outcomes=[outcome(result) for result in sync.results],
    dates=[sync.created_at, sync.updated_at, sync.expires_at],
    unknown=unknown(sync),
)

refused = scripted(rows=[{"positions": [7], "error": {"code": "unknown_option", "message": "stage: no such option"}}])
started = objects.bulk_create(objects=organizations(120), options=by_domain, extra_headers=refused)
job = finished(client, started.job_id)
outcomes = [outcome(result) for result in job.results]
tell(
    "as a job",
    counts=[job.total, job.processed, job.succeeded, job.failed],
    outcomes={each: outcomes.count(each) for each in sorted(set(outcomes))},
    refused=outcomes[7],
    kept_days=(job.expires_at - job.created_at).days,
    unknown=unknown(job),
)

newer = {"dedupe_by": ["primary_domain"], "update_existing": True}
renamed = [{"default": {"name": "Renamed", "primary_domain": "o0.example"}, "extended": {"note": "of unknown meaning"}}]
how = ending(lambda: objects.bulk_create(objects=renamed, options=newer))
tell("newer options", **how, name=objects.find("o0.example", slug="primary_domain").default["name"])

broken = {"code": "import_worker_failed", "message": "The import could not be finished"}
started = objects.bulk_create(objects=organizations(200), extra_headers=scripted(end={"failed": broken, "at": 0.5}))
job = finished(client, started.job_id)
tell(
    "failed",
    status=job.status,
    error=[job.error.code, job.error.message],
    counts=[job.total, job.processed, job.succeeded, job.failed],
    results=job.results,
    unknown=unknown(job),
)
