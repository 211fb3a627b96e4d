"""Idempotency keys with the SDK: replayed within a day, refused for another request, and what a day makes of them."""

from typing import Any

from sdk import advance, arguments, ending, micro, organizations, tell

given = arguments()
kinds = micro(given).prism.objects


def create(count: int, objects: Any = kinds.organizations, key: str = "run-1/batch-0") -> Any:
    return objects.with_raw_response.bulk_create(objects=organizations(count), idempotency_key=key)


first = create(2).parse()
advance(given, "23h")
again = create(2)
same = [result.id for result in again.parse().results] == [result.id for result in first.results]
tell("within a day", marker=again.headers.get("idempotent-replay"), same=same)
tell("other body", **ending(lambda: create(3)))
tell("other path", **ending(lambda: create(2, kinds.contacts)))
advance(given, "1h")
tell("after a day", **ending(lambda: create(2)))
tell("key too long", **ending(lambda: create(1, key="k" * 256)))
