"""The official Python SDK: lists the tools and makes the calls, over HTTP or stdio, in either era."""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters

MODES = {"handshake": "legacy", "per_request": "2026-07-28", "probe": "auto"}


async def run(job):
    command = job.get("command")
    server = StdioServerParameters(command=command[0], args=command[1:]) if command else job["url"]
    async with Client(server, mode=MODES[job["era"]]) as client:
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
