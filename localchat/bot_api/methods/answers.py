"""The methods that answer button presses and inline queries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localchat.bot_api import message_contents
from localchat.bot_api.methods.calls import Call
from localchat.errors import bad_request
from localchat.state.entities import utf16_length
from localchat.state.values import InlineResult, Message
from localchat.state.world_state import World

_MAX_NOTICE = 200
_MAX_RESULTS = 50
_MAX_RESULT_ID_BYTES = 64
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(world: World, call: Call) -> bool:
    """End the waiting of a pressed button, perhaps with a notice of at most 200 characters."""
    query = world.queries.get(call.params["callback_query_id"])
    if query is None:
        raise bad_request(_TOO_OLD)
    text = call.params.get("text", "")
    if utf16_length(text) > _MAX_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.params.get("url", "")
    if url and not url.startswith(f"https://t.me/{world.bot.username}?start="):
        raise bad_request("URL_INVALID")
    alert = call.params.get("show_alert", False)
    world.save_query(replace(query, answered=True, text=text, alert=alert, url=url))
    return True


def answer_inline_query(world: World, call: Call) -> bool:
    """Show up to 50 results for an inline query."""
    query = world.inline_queries.get(call.params["inline_query_id"])
    if query is None or query.answered:
        raise bad_request(_TOO_OLD)
    bodies = call.params["results"]
    if len(bodies) > _MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = tuple(_result(world, body) for body in bodies)
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = call.params.get("button") or {}
    answered = replace(
        query,
        answered=True,
        results=results,
        button=button.get("text"),
        start_parameter=button.get("start_parameter"),
    )
    world.save_inline(answered)
    return True


def answer_guest_query(world: World, call: Call) -> dict[str, Any]:
    """Send the one answer to a message that called the bot into a chat it is not in."""
    query = world.guest_queries.get(call.params["guest_query_id"])
    if query is None or query.answered:
        raise bad_request(_TOO_OLD)
    result = _result(world, call.params["result"])
    world.guest_queries[query.id] = replace(query, answered=True)
    asked = world.find(query.chat_id, query.message_id)
    sent = world.save(
        Message(
            id=world.next_message_id(query.chat_id),
            chat_id=query.chat_id,
            sender_id=world.bot.id,
            date=world.timestamp(),
            text=result.text,
            entities=result.entities,
            photo=world.photo_sizes(result.photo) if result.photo else (),
            keyboard=result.keyboard,
            reply_to=query.message_id if asked else None,
            thread_id=asked.thread_id if asked else None,
            called_by=query.user_id,
        )
    )
    return {"inline_message_id": f"guest-{sent.chat_id}-{sent.id}"}


def _result(world: World, body: Mapping[str, Any]) -> InlineResult:
    if not 1 <= len(body["id"].encode()) <= _MAX_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    content = body.get("input_message_content")
    photo = body.get("photo_file_id")
    if photo is not None:
        message_contents.read_photo(world, photo, {})
    if content is not None:
        text, entities = message_contents.read_text(content, "message_text")
        photo = None
    else:
        text, entities = message_contents.read_caption(body)
    return InlineResult(
        id=body["id"],
        title=body.get("title", ""),
        description=body.get("description", ""),
        text=text,
        entities=entities,
        photo=photo,
        keyboard=message_contents.read_keyboard(body),
    )
