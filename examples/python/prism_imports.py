"""
Models of the input and outcome of the workflow `trackImport`. Copy this file. The client needs Temporal's pydantic
converter: `Client.connect(address, data_converter=pydantic_data_converter)`.
"""

from datetime import timedelta
from typing import Any, Literal, Optional

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

TASK_QUEUE = "prism-imports"


class Sent(BaseModel):
    """What we send. A misspelled field fails here, before the tracker sees it. None counts as absent."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Received(BaseModel):
    """What we receive. Fields that later releases add are kept."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")


class Polling(Sent):
    initial_interval: Optional[timedelta] = None
    backoff_coefficient: Optional[float] = None
    maximum_interval: Optional[timedelta] = None
    jitter: Optional[float] = None
    adaptive: Optional[bool] = None
    maximum_polls: Optional[int] = None


class Notify(Sent):
    """A subscriber. Without fields: the parent, by the signal `importFinished`."""

    workflow_id: Optional[str] = None
    signal: Optional[str] = None
    webhook: Optional[str] = None


class TrackImportInput(Sent):
    team_id: str
    job_id: str
    submitted_at: Optional[AwareDatetime] = None
    polling: Optional[Polling] = None
    wait_timeout: Optional[timedelta] = None
    results: Optional[Literal["auto", "failed", "stored", "omitted"]] = None
    notify: Optional[list[Notify]] = None


class Job(BaseModel):
    """The job as the API sends it, with the API's field names. Counters may be missing or null."""

    model_config = ConfigDict(extra="allow")

    job_id: Optional[str] = None
    status: Optional[str] = None
    total: Optional[int] = None
    processed: Optional[int] = None
    succeeded: Optional[int] = None
    failed: Optional[int] = None
    error: Optional[dict[str, Any]] = None
    results: Optional[list[dict[str, Any]]] = None


class ResultsRef(Received):
    """Stored results: NDJSON, one result per line."""

    uri: str
    rows: int
    bytes: int
    sha256: str


class RowResult(Received):
    """The result of the row at `index`. One that is larger than a page is None, with `omitted` and its `bytes`."""

    index: int
    result: Optional[dict[str, Any]] = None
    omitted: bool = False
    bytes: Optional[int] = None


class Problem(Received):
    code: str
    message: str
    since: AwareDatetime


class Failure(Received):
    type: str
    message: str


class ImportEnd(Received):
    """How an import ended. `status` says which fields are set. Later releases may add statuses."""

    status: str
    team_id: str
    job_id: str
    # complete, failed
    job: Optional[Job] = None
    results_ref: Optional[ResultsRef] = None
    results_omitted: Optional[bool] = None
    failed_results: Optional[list[RowResult]] = None
    failed_omitted: Optional[int] = None
    # expired, lost, timed_out
    last_seen: Optional[Job] = None
    evidence: Optional[str] = None
    message: Optional[str] = None
    problem: Optional[Problem] = None
    # error, cancelled: sent by signal only
    failure: Optional[Failure] = None


class Progress(Received):
    processed: Optional[int] = None  # None while the API sends no counter
    total: Optional[int] = None  # the same
    fraction: Optional[float] = None  # None unless both are known and the total is not 0
    rows_per_second: Optional[float] = None  # None until rows have been processed
    estimated_end_at: Optional[AwareDatetime] = None  # None without a rate or a total
    earliest_end_at: Optional[AwareDatetime] = None  # None if there is no bound on this side
    latest_end_at: Optional[AwareDatetime] = None  # the same


class TrackingState(Received):
    """The result of the query `status` and of the update `setPolling`."""

    phase: str  # waiting, polling, delivering or done
    job: Optional[Job] = None  # None before the API's first answer; never has results
    progress: Progress
    polls: int
    last_poll_at: Optional[AwareDatetime] = None  # None before the first poll
    next_poll_at: Optional[AwareDatetime] = None  # None unless the phase is waiting
    expires_at: Optional[AwareDatetime] = None  # None when the input was refused
    problem: Optional[Problem] = None  # None unless the last poll had a problem


class ReadResults(Sent):
    """Input of the activity `readResults`. `after` is `next` of the previous page."""

    uri: str
    after: Optional[str] = None
    limit: Optional[int] = None
    only: Optional[Literal["failed"]] = None


class ResultsPage(Received):
    """`next` is None on the last page. A page may be empty although others follow."""

    results: list[RowResult]
    next: Optional[str] = None


def canonical_id(team_id: str, job_id: str) -> str:
    """The canonical id of an import's tracker. Only `%` and `/` of the team id are escaped."""
    return f"prism-import/{team_id.replace('%', '%25').replace('/', '%2F')}/{job_id}"
