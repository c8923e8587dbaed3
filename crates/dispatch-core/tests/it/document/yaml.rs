//! YAML documents mean what the same JSON documents mean.

use dispatch_core::{Document, Draft, LowerOptions};

const YAML: &str = r##"
# Comments, anchors and bare keys are YAML's own.
openapi: 3.1.0
info: { title: Pets, version: "1.0" }
paths:
  /pets:
    get:
      operationId: list
      parameters:
        - &limit { name: limit, in: query, schema: { type: integer, minimum: 1 } }
      responses:
        200:
          description: Fine.
          content:
            application/json:
              schema: { type: array, items: { $ref: "#/components/schemas/Pet" } }
    head:
      operationId: count
      parameters: [*limit]
      responses: { "204": { description: Fine. } }
components:
  schemas:
    Pet:
      type: object
      properties:
        "on": { type: [boolean, "null"] }
        no: { enum: ["no", "yes", no, 017, ~] }
        parent: { $ref: "#/components/schemas/Pet" }
"##;

const JSON: &str = r##"{
  "openapi": "3.1.0",
  "info": { "title": "Pets", "version": "1.0" },
  "paths": { "/pets": {
    "get": {
      "operationId": "list",
      "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1 } }],
      "responses": { "200": { "description": "Fine.", "content": { "application/json": {
        "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Pet" } }
      } } } }
    },
    "head": {
      "operationId": "count",
      "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1 } }],
      "responses": { "204": { "description": "Fine." } }
    }
  } },
  "components": { "schemas": { "Pet": { "type": "object", "properties": {
    "on": { "type": ["boolean", "null"] },
    "no": { "enum": ["no", "yes", "no", "017", null] },
    "parent": { "$ref": "#/components/schemas/Pet" }
  } } } }
}"##;

#[test]
fn yaml_and_json_give_equal_drafts() {
    let lower = |text: &str| {
        Draft::lower(&Document::parse(text.as_bytes()).unwrap(), &LowerOptions::default())
    };
    let (yaml, json) = (lower(YAML), lower(JSON));
    assert_eq!(yaml.operations, json.operations);
    assert_eq!(yaml.types, json.types);
    assert_eq!(yaml.diagnostics, json.diagnostics);
    assert_eq!(yaml.operations.len(), 2);
}
