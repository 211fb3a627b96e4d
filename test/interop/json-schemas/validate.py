"""Judges the examples by the JSON Schemas, and prints each verdict: {"schema": [true, false, ...]}."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

folder, examples_file = sys.argv[1:]
examples = json.loads(Path(examples_file).read_text(encoding="utf-8"))
verdicts = {}
for path in sorted(Path(folder).glob("*.schema.json")):
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    name = path.name.removesuffix(".schema.json")
    verdicts[name] = [validator.is_valid(json.loads(each["json"])) for each in examples.get(name, [])]
print(json.dumps(verdicts))
