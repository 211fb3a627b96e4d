"""What the SDK does by itself when an answer asks for another attempt. Each fact has a team, so that the journal tells the requests apart."""

from typing import Any

from sdk import STRICT, admin, arguments, ending, micro, organizations, tell

given = arguments()
client = micro(given).with_options(max_retries=2, _extra_kwargs=STRICT)

SLOW_DOWN = {"status": 429, "headers": {"retry-after-ms": "50"}, "body": {"message": "Too many requests"}}
FINAL = {**SLOW_DOWN, "headers": {"retry-after-ms": "50", "x-should-retry": "false"}}
PASSING = {"status": 404, "headers": {"retry-after-ms": "50", "x-should-retry": "true"}, "body": {}}


def disturb(team: str, rule: dict[str, Any]) -> None:
    """Has a rule act on the first two requests of a team."""
    admin(given, "POST", "/rules", {"teamId": team, "times": 2, **rule})


def create(team: str, key: str, count: int = 1) -> Any:
    return client.prism.objects.organizations.bulk_create(
        team_id=team, objects=organizations(count), idempotency_key=key, options={"dedupe_by": "primary_domain"}
    )


def read(team: str) -> Any:
    return client.prism.objects.organizations.count(team_id=team)


disturb("write-429", {"respond": SLOW_DOWN})
tell("write-429", **ending(lambda: create("write-429", "a")))

disturb("read-429", {"respond": SLOW_DOWN})
tell("read-429", **ending(lambda: read("read-429")))

disturb("write-final", {"respond": FINAL})
tell("write-final", **ending(lambda: create("write-final", "a")))

disturb("read-passing", {"respond": PASSING})
tell("read-passing", **ending(lambda: read("read-passing")))

disturb("lost-answer", {"times": 1, "respond": "reset-after"})
tell("lost-answer", results=len(create("lost-answer", "a", 3).results), counted=read("lost-answer").total)

create("mismatch", "a")
tell("mismatch", **ending(lambda: create("mismatch", "a", 2)))
