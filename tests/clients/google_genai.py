"""google-genai: converts the tools as its support of MCP does, and passes function calls on.

There are two conversions: `schema`, the Gemini API's own types, and `json_schema`, the field beside
them.
"""

import asyncio
import json
import sys

from google.genai import types
from google.genai._adapters import McpToGenAiToolAdapter
from google.genai._mcp_utils import mcp_to_gemini_tools
from jsonschema import Draft202012Validator
from mcp import Client


def declarations(listed, as_json_schema):
    tools = mcp_to_gemini_tools(listed.tools, is_agent_platform=as_json_schema)
    # A request holds them as this type.
    config = types.GenerateContentConfig(tools=tools)
    return {one.name: one for tool in config.tools for one in tool.function_declarations}


def dumped(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def run(job):
    async with Client(job["url"]) as client:
        listed = await client.list_tools()
        own, json_schema = declarations(listed, False), declarations(listed, True)
        schemas = {
            name: {
                "schema": dumped(own[name].parameters.json_schema),
                "json_schema": json_schema[name].parameters_json_schema,
            }
            for name in own
        }
        adapter = McpToGenAiToolAdapter(client.session, listed)
        answers = []
        for call in job["calls"]:
            name, arguments = call["tool"], call["arguments"]
            result = await adapter.call_tool(types.FunctionCall(name=name, args=arguments))
            answers.append({
                "text": "\n".join(content.text for content in result.content),
                "is_error": result.is_error,
                "fits": [
                    conversion
                    for conversion, schema in schemas[name].items()
                    if Draft202012Validator(schema).is_valid(arguments)
                ],
            })
        tools = [{"name": name, "schemas": schemas[name]} for name in schemas]
        return {"revision": client.protocol_version, "tools": tools, "answers": answers}


print(json.dumps(asyncio.run(asyncio.wait_for(run(json.load(sys.stdin)), 120))))
