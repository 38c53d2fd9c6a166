"""The address of the schema that a plan's file names."""

import json

from ensemble.lecture.plan_file import json_schema, write_plan
from ensemble.lecture.shipped import shipped
from testing.asynchronous import run_async
from ui.server.plan_schema import PATH, ROUTES, schema


def test_the_schema_is_served_where_files_say_to_everybody():
    answer = run_async(schema(None))
    assert [route.path for route in ROUTES] == [f"/{PATH}"]
    assert json.loads(answer.body) == json.loads(json_schema())
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert f"$schema=https://lab.example.org/{PATH}\n" in write_plan(shipped()["lecture"], f"https://lab.example.org/{PATH}")
