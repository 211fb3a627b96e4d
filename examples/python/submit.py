"""The activity that starts an import through the API's import endpoint."""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from temporalio import activity
from temporalio.exceptions import ApplicationError

from parent import Import, SubmitInput

ROWS = 120  # the API answers small batches at once, without a job


@dataclass
class Submitter:
    base_url: str

    @activity.defn
    def submit_import(self, given: SubmitInput) -> Import:
        submitted_at = datetime.now(timezone.utc)
        request = Request(
            f"{self.base_url}/v2/prism/{quote(given.team_id, safe='')}/contact/import",
            data=json.dumps({"objects": rows(), "options": {"dedupe_by": "email"}}).encode(),
            headers={
                "content-type": "application/json",
                "x-api-key": os.environ.get("MICRO_API_KEY", "emulator-key"),
                "idempotency-key": given.idempotency_key,
            },
        )
        try:
            with urlopen(request, timeout=50) as response:
                job_id = json.load(response)["job_id"]
        except HTTPError as error:
            # Temporal retries what may succeed later. It does not retry a refused request.
            passing = error.code in (409, 429) or error.code >= 500
            raise ApplicationError(f"The import was answered with {error.code}", non_retryable=not passing) from error
        if job_id is None:
            raise ApplicationError("The import was finished at once, there is nothing to follow", non_retryable=True)
        return Import(team_id=given.team_id, job_id=job_id, submitted_at=submitted_at)


def rows() -> list[dict]:
    return [
        {"default": {"email": f"person-{number}@example.com", "full_name": f"Person {number}"}}
        for number in range(1, ROWS + 1)
    ]
