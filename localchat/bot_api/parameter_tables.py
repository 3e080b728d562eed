"""Which methods the local Bot API has, and the names and types of their parameters.

`name?:Type` is optional, `A|B` is either, `T[]` is an array. Facts of Bot API 10.1 (June 2026).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method, or a field of an object."""

    name: str
    type: str
    required: bool


def _fields(text: str) -> tuple[Field, ...]:
    pairs = (word.split(":") for word in text.split())
    return tuple(Field(name.rstrip("?"), kind, not name.endswith("?")) for name, kind in pairs)


_CHAT = "chat_id:Integer|String "
_MARKUP = "reply_markup?:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply "
_TARGET = (
    "business_connection_id?:String chat_id?:Integer|String message_id?:Integer "
    "inline_message_id?:String reply_markup?:InlineKeyboardMarkup "
)
_CAPTION = "caption?:String parse_mode?:String caption_entities?:MessageEntity[] "
_PLACE = _CHAT + "message_thread_id?:Integer direct_messages_topic_id?:Integer "
_MANNER = "disable_notification?:Boolean protect_content?:Boolean message_effect_id?:String "
_PAID = "allow_paid_broadcast?:Boolean "
_SUGGEST = "suggested_post_parameters?:SuggestedPostParameters "
_REPLY = "reply_parameters?:ReplyParameters "
_SEND = "business_connection_id?:String " + _PLACE + _MANNER + _PAID + _REPLY
_LANGUAGE = "language_code?:String "

METHODS: dict[str, tuple[Field, ...]] = {
    name: _fields(text)
    for name, text in {
        "getMe": "",
        "getUpdates": "offset?:Integer limit?:Integer timeout?:Integer allowed_updates?:String[]",
        "setWebhook": (
            "url:String certificate?:InputFile ip_address?:String max_connections?:Integer "
            "allowed_updates?:String[] drop_pending_updates?:Boolean secret_token?:String"
        ),
        "deleteWebhook": "drop_pending_updates?:Boolean",
        "getWebhookInfo": "",
        "setMyCommands": "commands:BotCommand[] scope?:BotCommandScope " + _LANGUAGE,
        "getMyCommands": "scope?:BotCommandScope " + _LANGUAGE,
        "deleteMyCommands": "scope?:BotCommandScope " + _LANGUAGE,
        "setMyDescription": "description?:String " + _LANGUAGE,
        "getMyDescription": _LANGUAGE,
        "setMyShortDescription": "short_description?:String " + _LANGUAGE,
        "getMyShortDescription": _LANGUAGE,
        "sendMessage": _SEND
        + _SUGGEST
        + _MARKUP
        + "text:String parse_mode?:String entities?:MessageEntity[] "
        "link_preview_options?:LinkPreviewOptions",
        "sendPhoto": _SEND
        + _SUGGEST
        + _MARKUP
        + _CAPTION
        + "photo:InputFile|String show_caption_above_media?:Boolean has_spoiler?:Boolean",
        "sendDocument": _SEND
        + _SUGGEST
        + _MARKUP
        + _CAPTION
        + "document:InputFile|String thumbnail?:InputFile|String "
        "disable_content_type_detection?:Boolean",
        "sendMediaGroup": _SEND + "media:InputMedia[]",
        "sendChatAction": (
            "business_connection_id?:String chat_id:Integer|String "
            "message_thread_id?:Integer action:String"
        ),
        "editMessageText": _TARGET + "text?:String parse_mode?:String entities?:MessageEntity[] "
        "link_preview_options?:LinkPreviewOptions rich_message?:InputRichMessage",
        "editMessageCaption": _TARGET + _CAPTION + "show_caption_above_media?:Boolean",
        "editMessageMedia": _TARGET + "media:InputMedia",
        "editMessageReplyMarkup": _TARGET,
        "deleteMessage": _CHAT + "message_id:Integer",
        "answerCallbackQuery": (
            "callback_query_id:String text?:String show_alert?:Boolean url?:String "
            "cache_time?:Integer"
        ),
        "answerInlineQuery": (
            "inline_query_id:String results:InlineQueryResult[] cache_time?:Integer "
            "is_personal?:Boolean next_offset?:String button?:InlineQueryResultsButton"
        ),
        "answerGuestQuery": "guest_query_id:String result:InlineQueryResult",
        "getFile": "file_id:String",
        "getChat": _CHAT,
        "getChatMember": _CHAT + "user_id:Integer",
        "getChatAdministrators": _CHAT + "return_bots?:Boolean",
        "getChatMemberCount": _CHAT,
    }.items()
}

_MEDIA = "type:String media:String " + _CAPTION
OBJECTS: dict[str, tuple[Field, ...]] = {
    name: _fields(text)
    for name, text in {
        "BotCommand": "command:String description:String",
        "BotCommandScopeDefault": "type:String",
        "BotCommandScopeAllPrivateChats": "type:String",
        "BotCommandScopeAllGroupChats": "type:String",
        "BotCommandScopeAllChatAdministrators": "type:String",
        "BotCommandScopeChat": "type:String chat_id:Integer|String",
        "BotCommandScopeChatAdministrators": "type:String chat_id:Integer|String",
        "BotCommandScopeChatMember": "type:String chat_id:Integer|String user_id:Integer",
        "CopyTextButton": "text:String",
        "ForceReply": "force_reply:Boolean input_field_placeholder?:String selective?:Boolean",
        "InlineKeyboardMarkup": "inline_keyboard:InlineKeyboardButton[][]",
        "InlineKeyboardButton": (
            "text:String icon_custom_emoji_id?:String style?:String url?:String "
            "callback_data?:String web_app?:WebAppInfo login_url?:LoginUrl "
            "switch_inline_query?:String switch_inline_query_current_chat?:String "
            "switch_inline_query_chosen_chat?:SwitchInlineQueryChosenChat "
            "copy_text?:CopyTextButton callback_game?:CallbackGame pay?:Boolean"
        ),
        "InlineQueryResultArticle": (
            "type:String id:String title:String input_message_content:InputMessageContent "
            "reply_markup?:InlineKeyboardMarkup url?:String description?:String "
            "thumbnail_url?:String thumbnail_width?:Integer thumbnail_height?:Integer"
        ),
        "InlineQueryResultCachedPhoto": (
            "type:String id:String photo_file_id:String title?:String description?:String "
            "caption?:String parse_mode?:String caption_entities?:MessageEntity[] "
            "show_caption_above_media?:Boolean reply_markup?:InlineKeyboardMarkup "
            "input_message_content?:InputMessageContent"
        ),
        "InlineQueryResultsButton": "text:String web_app?:WebAppInfo start_parameter?:String",
        "InputMediaPhoto": _MEDIA + "show_caption_above_media?:Boolean has_spoiler?:Boolean",
        "InputMediaDocument": _MEDIA + "thumbnail?:String disable_content_type_detection?:Boolean",
        "InputTextMessageContent": (
            "message_text:String parse_mode?:String entities?:MessageEntity[] "
            "link_preview_options?:LinkPreviewOptions"
        ),
        "KeyboardButton": (
            "text:String icon_custom_emoji_id?:String style?:String "
            "request_users?:KeyboardButtonRequestUsers request_chat?:KeyboardButtonRequestChat "
            "request_managed_bot?:KeyboardButtonRequestManagedBot request_contact?:Boolean "
            "request_location?:Boolean request_poll?:KeyboardButtonPollType web_app?:WebAppInfo"
        ),
        "LinkPreviewOptions": (
            "is_disabled?:Boolean url?:String prefer_small_media?:Boolean "
            "prefer_large_media?:Boolean show_above_text?:Boolean"
        ),
        "MessageEntity": (
            "type:String offset:Integer length:Integer url?:String user?:User language?:String "
            "custom_emoji_id?:String unix_time?:Integer date_time_format?:String"
        ),
        "ReactionTypeEmoji": "type:String emoji:String",
        "ReplyKeyboardMarkup": (
            "keyboard:KeyboardButton[][] is_persistent?:Boolean resize_keyboard?:Boolean "
            "one_time_keyboard?:Boolean input_field_placeholder?:String selective?:Boolean"
        ),
        "ReplyKeyboardRemove": "remove_keyboard:Boolean selective?:Boolean",
        "SwitchInlineQueryChosenChat": (
            "query?:String allow_user_chats?:Boolean allow_bot_chats?:Boolean "
            "allow_group_chats?:Boolean allow_channel_chats?:Boolean"
        ),
        "ReplyParameters": (
            "message_id:Integer chat_id?:Integer|String allow_sending_without_reply?:Boolean "
            "quote?:String quote_parse_mode?:String quote_entities?:MessageEntity[] "
            "quote_position?:Integer checklist_task_id?:Integer poll_option_id?:String"
        ),
    }.items()
}

# An object whose `type` field says which of several it is.
UNIONS: dict[str, dict[str, str]] = {
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
    "InlineQueryResult": {
        "article": "InlineQueryResultArticle",
        "photo": "InlineQueryResultCachedPhoto",
    },
    "InputMedia": {"photo": "InputMediaPhoto", "document": "InputMediaDocument"},
    "ReactionType": {"emoji": "ReactionTypeEmoji"},
}
ALIASES = {"InputMessageContent": "InputTextMessageContent"}

# Parts of Telegram that this server does not have; using them is refused, never ignored.
NOT_HERE = frozenset(
    {
        "WebAppInfo",
        "LoginUrl",
        "CallbackGame",
        "SuggestedPostParameters",
        "InputRichMessage",
        "KeyboardButtonRequestUsers",
        "KeyboardButtonRequestChat",
        "KeyboardButtonRequestManagedBot",
        "KeyboardButtonPollType",
        "User",
    }
)
REFUSED = frozenset({"business_connection_id", "direct_messages_topic_id", "inline_message_id"})
