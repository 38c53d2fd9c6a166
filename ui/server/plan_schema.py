"""The JSON Schema of plans, at an address that a plan's file names: editors complete and check the file by it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "plan.schema.json"
HEADERS = {"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"}


async def schema(request: Request) -> Response:
    """The schema; an editor in a browser may read it too."""
    from ensemble.lecture.plan_file import json_schema

    return Response(json_schema(), media_type="application/schema+json", headers=HEADERS)


ROUTES = [Route(f"/{PATH}", schema)]
