"""The OpenAI Agents SDK: converts the tools to function tools, and invokes them as a model would.

There are three conversions: `plain`; `strict`, which is `convert_schemas_to_strict`; and `closed`,
the public function below it, which closes an open object where the other leaves the tool as it is.
"""

import asyncio
import copy
import json
import sys

from agents import Agent, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp, MCPUtil
from agents.run_context import RunContextWrapper
from agents.strict_schema import ensure_strict_json_schema
from agents.tool_context import ToolContext
from jsonschema import Draft202012Validator


async def converted(server, strict):
    tools = await MCPUtil.get_function_tools(
        server, strict, RunContextWrapper(None), Agent("agent")
    )
    return {tool.name: tool for tool in tools}


async def invoke(tool, arguments):
    text = json.dumps(arguments)
    context = ToolContext(None, tool_name=tool.name, tool_call_id="1", tool_arguments=text)
    output = await tool.on_invoke_tool(context, text)
    # Whether it is an error is not handed on to the model: its text is all there is.
    return output["text"] if isinstance(output, dict) else output


async def run(job):
    set_tracing_disabled(True)
    # The defaults of five seconds are for a machine that does nothing else.
    params = {"url": job["url"], "timeout": 60}
    async with MCPServerStreamableHttp(params, client_session_timeout_seconds=60) as server:
        plain, strict = await converted(server, False), await converted(server, True)
        schemas = {
            name: {
                "plain": tool.params_json_schema,
                "strict": strict[name].params_json_schema,
                "closed": ensure_strict_json_schema(copy.deepcopy(tool.params_json_schema)),
            }
            for name, tool in plain.items()
        }
        answers = []
        for call in job["calls"]:
            name, arguments = call["tool"], call["arguments"]
            answers.append({
                "text": await invoke(strict[name], arguments),
                "fits": [
                    conversion
                    for conversion, schema in schemas[name].items()
                    if Draft202012Validator(schema).is_valid(arguments)
                ],
            })
        tools = [
            {"name": name, "is_strict": strict[name].strict_json_schema, "schemas": schemas[name]}
            for name in schemas
        ]
        return {"tools": tools, "answers": answers}


print(json.dumps(asyncio.run(asyncio.wait_for(run(json.load(sys.stdin)), 120))))
