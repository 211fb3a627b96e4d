"""What the scripts share: clients of the official SDK that check every answer against its models, the emulator's admin API, and facts as JSON lines."""

import argparse
import json
import time
from typing import Any, Callable
from urllib.request import Request, urlopen

import micro_so
from micro_so import AsyncMicro, Micro

# Also for `with_options`, which forgets it: `_extra_kwargs=STRICT`.
STRICT = {"_strict_response_validation": True}

Row = dict[str, dict[str, object]]


def arguments() -> argparse.Namespace:
    """Where the emulator and its admin API are, and the team to import into."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--admin-url", required=True)
    parser.add_argument("--team", required=True)
    return parser.parse_args()


def settings(given: argparse.Namespace) -> dict[str, Any]:
    """How clients are made: without retries, and with answers that do not fit the SDK's models refused."""
    return {"base_url": given.base_url, "api_key": "test-key", "team_id": given.team, "max_retries": 0, **STRICT}


def micro(given: argparse.Namespace, **changes: object) -> Micro:
    """A client, with some settings changed."""
    return Micro(**{**settings(given), **changes})


def async_micro(given: argparse.Namespace) -> AsyncMicro:
    """The same with `await`."""
    return AsyncMicro(**settings(given))


def tell(fact: str, **values: object) -> None:
    """Prints a fact on a line of its own."""
    print(json.dumps({"fact": fact, **values}), flush=True)


def ending(call: Callable[[], object]) -> dict[str, object]:
    """How a call ended: `ok`, or the class of its error with what the error carries."""
    try:
        call()
    except micro_so.APIStatusError as error:
        return refusal(error)
    except (micro_so.APIError, ValueError) as error:
        return {"error": type(error).__name__}
    return {"ok": True}


def refusal(error: micro_so.APIStatusError) -> dict[str, object]:
    """Class and status of an error answer, its code, and whether the request id of its body is that of its header."""
    body = error.body.get("error") if isinstance(error.body, dict) else None
    return {
        "error": type(error).__name__,
        "status": error.status_code,
        "code": body and body["code"],
        "traceable": body is not None and body["request_id"] == error.response.headers["x-request-id"],
    }


def admin(given: argparse.Namespace, method: str, path: str, body: object) -> Any:
    """Asks the emulator's admin API."""
    headers = {"content-type": "application/json"}
    request = Request(given.admin_url + path, data=json.dumps(body).encode(), headers=headers, method=method)
    with urlopen(request, timeout=30) as response:
        return json.load(response)


def advance(given: argparse.Namespace, duration: str | int) -> None:
    """Moves the emulator's clock on, by milliseconds or a text such as `5m`."""
    admin(given, "PUT", "/clock", {"advance": duration})


def finished(client: Micro, job_id: str) -> Any:
    """The job once it is not processing any more."""
    while (job := client.prism.imports.get(job_id)).status == "processing":
        time.sleep(0.05)
    return job


def organizations(count: int) -> list[Row]:
    """Rows `o0.example` and on."""
    return [{"default": {"name": f"Org {i}", "primary_domain": f"o{i}.example"}} for i in range(count)]


def chunks(ids: list[str], size: int = 50) -> list[list[str]]:
    """Ids in portions that the query endpoint takes."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
