"""Accounts whose key stands in the source: what a client sends with one goes to whoever wrote the package.

Names and positions of keys: the documentation of each client (pyTelegramBotAPI, python-telegram-bot, aiogram, discord.py,
discord-webhook, dhooks, Slack SDK, ftplib, smtplib, paramiko, pysftp, PyMongo, boto3, Dropbox SDK, PyGithub, huggingface_hub).
"""

from __future__ import annotations

import re

from pratique.code.machine.values import Known, Mapping, Value, text_hint

# Callee to the position and the keywords of its key.
KEYS: dict[str, tuple[int, tuple[str, ...]]] = {
    **dict.fromkeys(("telebot.TeleBot", "telebot.async_telebot.AsyncTeleBot", "telegram.Bot", "aiogram.Bot"), (0, ("token",))),
    **dict.fromkeys(("discord.SyncWebhook.from_url", "discord.Webhook.from_url", "dhooks.Webhook"), (0, ("url",))),
    **dict.fromkeys(("discord_webhook.DiscordWebhook", "slack_sdk.webhook.WebhookClient"), (0, ("url",))),
    **dict.fromkeys(("slack_sdk.WebClient", "slack_sdk.web.WebClient", "slack.WebClient"), (0, ("token",))),
    **dict.fromkeys(("ftplib.FTP", "ftplib.FTP_TLS"), (2, ("passwd",))),
    **dict.fromkeys(
        ("smtplib.SMTP().login", "smtplib.SMTP_SSL().login", "ftplib.FTP().login", "ftplib.FTP_TLS().login"),
        (1, ("password", "passwd")),
    ),
    "paramiko.Transport().connect": (2, ("password",)),
    "paramiko.SSHClient().connect": (3, ("password",)),
    "pysftp.Connection": (3, ("password",)),
    **dict.fromkeys(("pymongo.MongoClient", "pymongo.mongo_client.MongoClient"), (0, ("host",))),
    **dict.fromkeys(("boto3.client", "boto3.resource"), (7, ("aws_secret_access_key",))),
    "boto3.Session": (1, ("aws_secret_access_key",)),
    "dropbox.Dropbox": (0, ("oauth2_access_token", "oauth2_refresh_token")),
    "github.Github": (0, ("login_or_token",)),
    "huggingface_hub.HfApi": (1, ("token",)),
}  # fmt: skip
LOGIN = re.compile(r".*\(\)\.(?:login|connect)")
# What a client does with what it is given.
SENDING = re.compile(
    r".*\.(?:a?send\w*|reply\w*|post\w*|upload\w*|files_upload\w*|put\w*|stor\w+|insert\w*|create_file|update_file|create_gist"
    r"|execute|publish|chat_postMessage|append_row\w*)"
)
LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]")
PLACEHOLDER = re.compile(
    r"(?i)[<>{}]|your|change|xxx|^(?:pass(?:word)?|secret|token|test|user|anonymous|guest|root|(?:minio)?admin)\d*$|@$"
)
MONGO = re.compile(r"mongodb(?:\+srv)?://[^:/@\s]+:[^@/\s]+@")
BEARER = re.compile(
    r"(?i)(?:bot|bearer|token|basic)\s+[\w.\-:+/=]{20,}|(?:gh[pousr]_|github_pat_|glpat-|xox[abp]-|hf_)\w{16,}"
)
MIN_KEY = 4  # characters


def has_own_key(name: str, given: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether a client is made or logged in with a key that is constant."""
    if name not in KEYS:
        return False
    at, names = KEYS[name]
    found = [keywords[key] for key in names if key in keywords] or given[at : at + 1]
    return bool(found) and _is_key(name, found[0]) and not any(LOCAL.search(text_hint(v)) for v in given[:1])


def _is_key(name: str, value: Value) -> bool:
    text = text_hint(value)
    if (
        not isinstance(value, Known)
        or not isinstance(value.data, str)
        or len(text) < MIN_KEY
        or PLACEHOLDER.search(text)
    ):
        return False
    return MONGO.match(text) is not None if name.startswith("pymongo") else True


def bears_own_key(keywords: dict[str, Value]) -> bool:
    """Whether a request names a constant key in its headers."""
    headers = keywords.get("headers")
    entries = list(headers.entries.items())[:32] if isinstance(headers, Mapping) else []
    return any(
        str(key).lower() == "authorization"
        and isinstance(value, Known)
        and BEARER.fullmatch(text_hint(value)) is not None
        for key, value in entries
    )
