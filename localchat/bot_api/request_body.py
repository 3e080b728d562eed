"""A Bot API request's body, whatever its form: query, form, multipart or JSON."""

import json
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from localchat.bot_api.parameters import Upload
from localchat.errors import bad_request


async def decode(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Return a request's values and file parts by name.

    Args:
        request: The request; its body is read to the end.

    Raises:
        ApiError: 400, the body is not what its type says.
    """
    values: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return values, {}
    match request.content_type:
        case "application/json":
            values.update(await _json(request))
        case "application/x-www-form-urlencoded":
            values.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
        case "multipart/form-data":
            fields, files = await _multipart(request)
            return {**values, **fields}, files
        case kind:
            raise bad_request(f"unsupported content type {kind}")
    return values, {}


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError as err:
        raise bad_request("can't parse request body as JSON") from err
    if not isinstance(body, dict):
        raise bad_request("object expected as request body")
    return body


async def _multipart(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad_request("a form field without a name")
            if part.filename is None:
                fields[part.name] = await part.text(encoding="utf-8")
            else:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                data = bytes(await part.read(decode=True))
                files[part.name] = Upload(part.filename, mime, data)
    except ValueError as err:
        raise bad_request("can't parse multipart form data") from err
    return fields, files
