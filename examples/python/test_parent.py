"""
Tests of the parents with pytest on Temporal's time-skipping server, without an API and without Node. A stand-in for
`trackImport` ends with the status that a test names. It accepts only what the published JSON Schema accepts.
"""

import asyncio
import json
import os
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parent import AbandonImport, AwaitImport, ContinueAsNewDuringImport, Given, Import, State, SubmitInput
from prism_imports import TASK_QUEUE, ImportEnd

with workflow.unsafe.imports_passed_through():
    from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "schemas" / "track-import-input.schema.json"
ACCEPTED = Draft202012Validator(json.loads(SCHEMA.read_text()))
PARENTS = [AwaitImport, AbandonImport, ContinueAsNewDuringImport]


@workflow.defn(name="trackImport", sandboxed=False)
class TrackerStandIn:
    """Ends after an hour with the status that the job id names, and signals the parent if the input asks for it."""

    @workflow.run
    async def run(self, given: dict[str, Any]) -> dict[str, Any]:
        ACCEPTED.validate(given)
        await asyncio.sleep(3600)
        end = {"status": given["jobId"], "teamId": given["teamId"], "jobId": given["jobId"], "later": True}
        parent = workflow.info().parent
        if given.get("notify") and parent is not None:
            await workflow.get_external_workflow_handle(parent.workflow_id).signal("importFinished", end)
        return end


def submits(status: str) -> Any:
    """The activity of the pipeline. Its import ends with this status."""

    @activity.defn(name="submit_import")
    async def submit_import(given: SubmitInput) -> Import:
        return Import(team_id=given.team_id, job_id=status, submitted_at=datetime.now(timezone.utc))

    return submit_import


async def outcome_of(
    parent: Any, given: Any, status: str = "complete", queue: str = TASK_QUEUE, **start: Any
) -> ImportEnd:
    """Runs a parent, and the stand-in on this task queue, on a time-skipping server of its own."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        # None: the SDK downloads it.
        test_server_existing_path=os.environ.get("TEMPORAL_TEST_SERVER"),
    ) as env:
        async with (
            Worker(env.client, task_queue="pipeline", workflows=PARENTS, activities=[submits(status)]),
            Worker(env.client, task_queue=queue, workflows=[TrackerStandIn]),
        ):
            return await env.client.execute_workflow(
                parent.run, given, id=f"pipeline/{uuid.uuid4()}", task_queue="pipeline", **start
            )


GIVEN = Given(team_id="team-1")


@pytest.mark.parametrize("status", ["complete", "failed", "expired", "a-later-status"])
@pytest.mark.parametrize("parent", [AwaitImport, AbandonImport])
def test_a_parent_learns_how_its_import_ended(parent: Any, status: str) -> None:
    end = asyncio.run(outcome_of(parent, GIVEN, status))
    assert (end.status, end.team_id) == (status, "team-1")


def test_a_parent_gets_the_outcome_after_continuing_as_new() -> None:
    end = asyncio.run(outcome_of(ContinueAsNewDuringImport, State(given=GIVEN)))
    assert end.status == "complete"


@pytest.mark.parametrize("parent,given", [(AbandonImport, GIVEN), (ContinueAsNewDuringImport, State(given=GIVEN))])
def test_a_parent_takes_no_other_end_for_that_of_its_import(parent: Any, given: Any) -> None:
    other = {"status": "expired", "teamId": "team-1", "jobId": "another"}
    end = asyncio.run(outcome_of(parent, given, start_signal="importFinished", start_signal_args=[other]))
    assert (end.status, end.job_id) == ("complete", "complete")


@pytest.mark.parametrize("parent", [AwaitImport, AbandonImport])
def test_a_tracker_that_no_worker_serves_fails_the_parent_in_time(parent: Any) -> None:
    # Time is not skipped while a task waits for a worker.
    given = Given(team_id="team-1", wait_timeout=timedelta(seconds=1), tracker_queue="mistyped")
    with pytest.raises(WorkflowFailureError) as failed:
        asyncio.run(outcome_of(parent, given))
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == "TrackerSilent"
