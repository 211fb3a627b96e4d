"""Follows an import that others may follow too: joins its one tracker, or starts it."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client

from parent import Given, HearsOfImports
from prism_imports import ImportEnd, Notify, TrackImportInput, canonical_id


class JoinInput(BaseModel):
    tracker_queue: str
    input: TrackImportInput


@workflow.defn(name="JoinImport")
class JoinImport(HearsOfImports):
    @workflow.run
    async def run(self, given: Given, job_id: str) -> ImportEnd:
        await workflow.execute_activity(
            "join_or_start",
            JoinInput(
                tracker_queue=given.tracker_queue,
                input=TrackImportInput(team_id=given.team_id, job_id=job_id),
            ),
            start_to_close_timeout=timedelta(seconds=30),
        )
        return await self.import_end(given, job_id)


@dataclass
class Joiner:
    """Workflow code cannot make this request, so an activity does."""

    client: Client

    @activity.defn
    async def join_or_start(self, given: JoinInput) -> None:
        """Starts and subscribes in one request to the server, so the tracker cannot end in between."""
        caller = activity.info().workflow_id
        await self.client.start_workflow(
            "trackImport",
            given.input,
            id=canonical_id(given.input.team_id, given.input.job_id),
            task_queue=given.tracker_queue,
            start_signal="subscribe",
            start_signal_args=[Notify(workflow_id=caller)],
        )
