"""The official Python SDK: lists the tools and makes the calls, over HTTP or stdio, in either era.

A job that `waits` does so only once the server said by itself that the tools changed.
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters

MODES = {"handshake": "legacy", "per_request": "2026-07-28", "probe": "auto"}


async def run(job):
    command = job.get("command")
    server = StdioServerParameters(command=command[0], args=command[1:]) if command else job["url"]
    told = asyncio.Event()

    async def hear(message):
        if getattr(message, "method", None) == "notifications/tools/list_changed":
            told.set()

    async with Client(server, mode=MODES[job["era"]], message_handler=hear) as client:
        if job.get("waits"):
            await told.wait()
        tools = (await client.list_tools()).tools
        answers = []
        for call in job["calls"]:
            result = await client.call_tool(call["tool"], call["arguments"])
            text = "\n".join(content.text for content in result.content)
            answers.append({"text": text, "is_error": result.is_error})
        return {
            "revision": client.protocol_version,
            "tools": [{"name": tool.name, "schemas": {"listed": tool.input_schema}} for tool in tools],
            "answers": answers,
        }


print(json.dumps(asyncio.run(asyncio.wait_for(run(json.load(sys.stdin)), 120))))
