"""Serve the JSON Schema of plans. A plan's file refers to its address, so that editors complete and check the file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "plan.schema.json"
HEADERS = {"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"}


async def schema(request: Request) -> Response:
    """The schema, with a header that lets editors in a browser read it."""
    from ensemble.lecture.plan_file import json_schema

    return Response(json_schema(), media_type="application/schema+json", headers=HEADERS)


ROUTES = [Route(f"/{PATH}", schema)]
