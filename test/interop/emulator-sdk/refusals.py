"""What the SDK makes of requests that the API refuses."""

from uuid import uuid4

from micro_so import Omit
from sdk import arguments, ending, micro, tell

given = arguments()
client = micro(given)
objects = client.prism.objects.organizations

tell("no key", **ending(lambda: objects.count(extra_headers={"x-api-key": Omit()})))
tell("empty key", **ending(micro(given, api_key="").prism.objects.organizations.count))
tell("other key", **ending(micro(given, api_key="revoked").prism.objects.organizations.count))
tell("other team", **ending(lambda: objects.count(team_id=str(uuid4()))))
tell("no rows", **ending(lambda: objects.bulk_create(objects=[])))
tell("empty row", **ending(lambda: objects.bulk_create(objects=[{}])))
tell("page too long", **ending(lambda: objects.query(query={"select": ["name"], "limit": 51})))
tell("id of no length", **ending(lambda: client.prism.imports.get("")))
