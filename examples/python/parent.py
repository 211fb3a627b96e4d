"""Three ways in which a pipeline follows an import with the child workflow `trackImport`. None of them imports its code: it is called by name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Optional

from temporalio import workflow

# An import's end as the tracker reports it: `status`, `teamId`, `jobId`, and more by status.
ImportEnd = dict[str, Any]

TRACKER_TASK_QUEUE = "prism-imports"


@dataclass
class Import:
    """An import that the API has accepted."""

    team_id: str
    job_id: str
    submitted_at: str


@dataclass
class SubmitInput:
    team_id: str
    idempotency_key: str


@workflow.defn(name="AwaitImport")
class AwaitImport:
    """Awaits the child: its return value says how the import ended. When this workflow ends early, the tracking ends too."""

    @workflow.run
    async def run(self, team_id: str) -> ImportEnd:
        submitted = await submit(team_id)
        return await workflow.execute_child_workflow(
            "trackImport",
            child_input(submitted),
            parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
            result_type=dict,
            **child_options(submitted),
        )


class HearsOfImports:
    """What a workflow needs to be told how an import ended."""

    def __init__(self) -> None:
        self.end: Optional[ImportEnd] = None

    @workflow.signal(name="importFinished")
    def import_finished(self, end: ImportEnd) -> None:
        self.end = end

    async def import_end(self) -> ImportEnd:
        await workflow.wait_condition(lambda: self.end is not None)
        assert self.end is not None
        return self.end


@workflow.defn(name="AbandonImport")
class AbandonImport(HearsOfImports):
    """Lets the child go and does something else; the child's signal says how the import ended."""

    @workflow.run
    async def run(self, team_id: str) -> ImportEnd:
        submitted = await submit(team_id)
        await abandon(submitted)
        # … the rest of the pipeline would go on here …
        return await self.import_end()


@dataclass
class ContinueInput:
    team_id: str
    # Set from the second run on.
    submitted: Optional[Import] = None
    end: Optional[ImportEnd] = None


@workflow.defn(name="ContinueAsNewDuringImport")
class ContinueAsNewDuringImport(HearsOfImports):
    """Continues as new while the child goes on. A return value would be lost; the signal reaches whichever run is the current one."""

    @workflow.run
    async def run(self, given: ContinueInput) -> ImportEnd:
        self.end = self.end or given.end
        if given.submitted is None:
            submitted = await submit(given.team_id)
            await abandon(submitted)
            # A signal may have come already: what is not carried over is lost.
            workflow.continue_as_new(ContinueInput(given.team_id, submitted, self.end))
        return await self.import_end()


async def submit(team_id: str) -> Import:
    info = workflow.info()
    # The same for every attempt, so that a repeated request starts no second import.
    key = f"{info.workflow_id}/{info.first_execution_run_id}"
    return await workflow.execute_activity(
        "submit_import",
        SubmitInput(team_id, key),
        result_type=Import,
        start_to_close_timeout=timedelta(seconds=60),
    )


async def abandon(submitted: Import) -> None:
    await workflow.start_child_workflow(
        "trackImport",
        # One entry without fields: signal `importFinished` to the parent.
        {**child_input(submitted), "notify": [{}]},
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        **child_options(submitted),
    )


def child_input(submitted: Import) -> dict[str, Any]:
    return {
        "teamId": submitted.team_id,
        "jobId": submitted.job_id,
        "submittedAt": submitted.submitted_at,
    }


def child_options(submitted: Import) -> dict[str, Any]:
    return {
        "id": f"{workflow.info().workflow_id}/import",
        "task_queue": TRACKER_TASK_QUEUE,
        "static_summary": f"Import {submitted.job_id} of the example pipeline in Python",
    }
