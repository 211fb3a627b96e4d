"""
Three ways to follow an import with the child workflow `trackImport`. They call it by name and share no code with it.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Optional

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError, TimeoutError

from prism_imports import TASK_QUEUE, ImportEnd, Notify, TrackImportInput


class Given(BaseModel):
    """Input of the parents."""

    team_id: str
    wait_timeout: timedelta = timedelta(hours=2)
    tracker_queue: str = TASK_QUEUE

    @property
    def limit(self) -> timedelta:
        """
        The execution timeout, which ends a tracker that no worker serves. It is longer than the wait, after which a
        served tracker returns `timed_out`. Without a wait a tracker ends with the API's retention, usually a week.
        """
        return 2 * self.wait_timeout or timedelta(days=9)


class Import(BaseModel):
    """An import that the API has accepted."""

    team_id: str
    job_id: str
    submitted_at: datetime


class SubmitInput(BaseModel):
    team_id: str
    idempotency_key: str


@workflow.defn(name="AwaitImport")
class AwaitImport:
    """Awaits the child, which returns the outcome. If this workflow closes early, tracking stops."""

    @workflow.run
    async def run(self, given: Given) -> ImportEnd:
        submitted = await submit(given.team_id)
        try:
            return await workflow.execute_child_workflow(
                "trackImport",
                child_input(given, submitted),
                parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                result_type=ImportEnd,
                **child_options(given, submitted.job_id),
            )
        except ChildWorkflowError as error:
            if isinstance(error.cause, TimeoutError):
                raise silent(given) from error
            raise


class HearsOfImports:
    """Receives the outcomes of imports. The trackers of all imports send the same signal."""

    def __init__(self) -> None:
        self.ends: dict[str, ImportEnd] = {}

    @workflow.signal(name="importFinished")
    def import_finished(self, end: ImportEnd) -> None:
        self.ends[end.job_id] = end

    async def import_end(self, given: Given, job_id: str) -> ImportEnd:
        """Waits for the signal, with a limit: a tracker that no worker serves sends no signal."""
        try:
            await workflow.wait_condition(lambda: job_id in self.ends, timeout=given.limit)
        except asyncio.TimeoutError as error:
            raise silent(given) from error
        return self.ends[job_id]


@workflow.defn(name="AbandonImport")
class AbandonImport(HearsOfImports):
    """Does not wait for the child. The child signals the outcome."""

    @workflow.run
    async def run(self, given: Given) -> ImportEnd:
        submitted = await submit(given.team_id)
        await abandon(given, submitted)
        # … the rest of the pipeline …
        return await self.import_end(given, submitted.job_id)


class State(BaseModel):
    given: Given
    # Set from the second run on.
    submitted: Optional[Import] = None
    ends: dict[str, ImportEnd] = {}


@workflow.defn(name="ContinueAsNewDuringImport")
class ContinueAsNewDuringImport(HearsOfImports):
    """Continues as new while the child runs. Its return value would be lost. Its signal reaches the current run."""

    @workflow.run
    async def run(self, state: State) -> ImportEnd:
        self.ends = {**state.ends, **self.ends}
        if state.submitted is None:
            submitted = await submit(state.given.team_id)
            await abandon(state.given, submitted)
            # Signals may have arrived already. Carry them over, or they are lost.
            workflow.continue_as_new(State(given=state.given, submitted=submitted, ends=self.ends))
        return await self.import_end(state.given, state.submitted.job_id)


async def submit(team_id: str) -> Import:
    info = workflow.info()
    # Every attempt sends the same key, so a retry starts no second import.
    key = f"{info.workflow_id}/{info.first_execution_run_id}"
    return await workflow.execute_activity(
        "submit_import",
        SubmitInput(team_id=team_id, idempotency_key=key),
        result_type=Import,
        start_to_close_timeout=timedelta(seconds=60),
    )


async def abandon(given: Given, submitted: Import) -> None:
    notifying = child_input(given, submitted)
    # An empty entry: signal `importFinished` to the parent.
    notifying.notify = [Notify()]
    await workflow.start_child_workflow(
        "trackImport",
        notifying,
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        **child_options(given, submitted.job_id),
    )


def child_input(given: Given, submitted: Import) -> TrackImportInput:
    return TrackImportInput(
        team_id=submitted.team_id,
        job_id=submitted.job_id,
        submitted_at=submitted.submitted_at,
        wait_timeout=given.wait_timeout,
    )


def child_options(given: Given, job_id: str) -> dict[str, Any]:
    return {
        "id": f"{workflow.info().workflow_id}/import",
        "task_queue": given.tracker_queue,
        "execution_timeout": given.limit,
        "static_summary": f"Import {job_id} of the example pipeline in Python",
    }


def silent(given: Given) -> ApplicationError:
    return ApplicationError(
        f"The tracker sent no outcome within {given.limit}: does a worker serve the task queue {given.tracker_queue}?",
        type="TrackerSilent",
        non_retryable=True,
    )
