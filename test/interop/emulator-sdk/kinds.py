"""Every kind of object that the SDK can import: a small and a large batch, and all ways of reading back what they made."""

from typing import Any

from sdk import Row, arguments, chunks, ending, finished, micro, tell

# The slug by which records of a kind are told apart, and another one.
KINDS = {
    "contacts": ("email", "full_name"),
    "organizations": ("primary_domain", "name"),
    "identities": ("linkedin", "full_name"),
    "deals": ("name", "stage"),
    "actions": ("name", "due"),
    "documents": ("name", "content"),
    "engagements": ("name", "channel"),
}
SMALL, LARGE = 3, 120

given = arguments()
client = micro(given)


def row(number: int, key: str, other: str) -> Row:
    return {"default": {key: f"key-{number}@example.com", other: f"Text {number}"}}


def read_by_ids(objects: Any, ids: list[str], slugs: list[str]) -> list[dict[str, object]]:
    pages = [objects.query(query={"select": slugs, "limit": 50}, id=chunk) for chunk in chunks(ids)]
    return [item.properties for page in pages for item in page.data]


def unknown(answers: list[Any]) -> list[str]:
    """Members that the SDK's models do not have."""
    return sorted({member for answer in answers for member in answer.model_extra or {}})


def list_ids(objects: Any, slug: str) -> tuple[list[str], set[int]]:
    """All ids by paging, and the totals that the pages gave."""
    ids: list[str] = []
    totals: set[int] = set()
    page: dict[str, str] = {}
    while True:
        answer = objects.list(limit=50, select=slug, include_total=True, **page)
        ids += [item.id for item in answer.data]
        totals.add(answer.total)
        if not answer.has_more:
            return ids, totals
        page = {"cursor": answer.next_cursor}


for kind, (key, other) in KINDS.items():
    objects = getattr(client.prism.objects, kind)
    rows = [row(number, key, other) for number in range(SMALL + LARGE)]
    small = objects.with_raw_response.bulk_create(objects=rows[:SMALL], options={"dedupe_by": key})
    large = objects.with_raw_response.bulk_create(objects=rows[SMALL:], options={"dedupe_by": key})
    results = small.parse().results + finished(client, large.parse().job_id).results
    ids = [result.id for result in results]
    listed, totals = list_ids(objects, key)
    last = rows[-1]["default"]
    got = objects.get(ids[-1], select=other)
    found = objects.find(str(last[key]), slug=key)
    filtered = objects.list(extra_query={key: str(last[key])})
    tell(
        kind,
        http=[small.status_code, large.status_code],
        created=sum(bool(result.created) for result in results),
        distinct=len(set(ids)),
        queried=read_by_ids(objects, ids, [key, other]) == [each["default"] for each in rows],
        listed=listed == ids,
        totals=sorted(totals),
        counted=objects.count().total,
        got=got.id == ids[-1] and got.default == {other: last[other]},
        found=found.id == ids[-1] and found.default == last,
        unknown=unknown([got, found, filtered, *filtered.data]),
        filtered=[item.id for item in filtered.data] == ids[-1:],
        nobody=ending(lambda: objects.find("nobody", slug=key)),
        missing=ending(lambda: objects.get("00000000-0000-4000-8000-000000000000")),
    )
