import Domain
import Foundation

/// The OpenAPI 3.1 document of a list of endpoints.
public enum OpenAPI {
  public static func document(of endpoints: [EndpointDescription], title: String, server: String = "/") -> JSONValue {
    var paths: [String: [String: JSONValue]] = [:]
    var schemas: [String: JSONValue] = ["Problem": problemSchema]
    // Bodies first: a type that is both sent and answered is described by what may be sent.
    for endpoint in endpoints {
      if case .json(let schema) = endpoint.input { _ = json(schema, &schemas) }
    }
    for endpoint in endpoints {
      let address = "/api/\(endpoint.service.rawValue)/v1/\(endpoint.path)"
      paths[address, default: [:]][endpoint.method.rawValue.lowercased()] = operation(endpoint, &schemas)
    }
    return .object([
      "openapi": .string("3.1.0"),
      "info": .object([
        "title": .string(title), "version": .string("1"),
        "description": .string("Every write may carry an Idempotency-Key; errors are application/problem+json."),
      ]),
      "servers": .array([.object(["url": .string(server)])]),
      "security": .array([.object(["bearer": .array([])])]),
      "paths": .object(paths.mapValues { .object($0) }),
      "components": .object([
        "schemas": .object(schemas),
        "securitySchemes": .object([
          "bearer": .object([
            "type": .string("http"), "scheme": .string("bearer"), "bearerFormat": .string("JWT"),
          ])
        ]),
      ]),
    ])
  }

  /// Several processes' documents as one.
  public static func merged(_ documents: [JSONValue], title: String, server: String) -> JSONValue {
    var whole = document(of: [], title: title, server: server)
    guard case .object(var root) = whole else { return whole }
    var paths: [String: JSONValue] = [:]
    var schemas: [String: JSONValue] = ["Problem": problemSchema]
    for document in documents {
      if case .object(let part)? = document["paths"] { paths.merge(part) { a, _ in a } }
      if case .object(let part)? = document["components"]?["schemas"] { schemas.merge(part) { a, _ in a } }
    }
    root["paths"] = .object(paths)
    if case .object(var components)? = root["components"] {
      components["schemas"] = .object(schemas)
      root["components"] = .object(components)
    }
    whole = .object(root)
    return whole
  }

  private static func operation(_ endpoint: EndpointDescription, _ schemas: inout [String: JSONValue]) -> JSONValue {
    var parameters = endpoint.parameters.map { name in
      parameter(
        name, place: "path", required: true,
        schema: .object([
          "type": .string("string"),
          EndpointDescription.words.contains(name) ? "minLength" : "format":
            EndpointDescription.words.contains(name) ? .integer(1) : .string("uuid"),
        ]))
    }
    var operation: [String: JSONValue] = [
      "operationId": .string(endpoint.fullName),
      "summary": .string(endpoint.summary),
      "tags": .array([.string(endpoint.service.rawValue)]),
    ]
    switch endpoint.input {
    case .json(.object(_, let properties)) where endpoint.method == .get || endpoint.method == .delete:
      parameters += query(properties, &schemas)
    case .json(let schema):
      operation["requestBody"] = .object([
        "required": .bool(true),
        "content": .object(["application/json": .object(["schema": json(schema, &schemas)])]),
      ])
    case .stream(let query):
      if case .object(_, let properties) = query { parameters += Self.query(properties, &schemas) }
      operation["requestBody"] = .object([
        "required": .bool(true),
        "content": .object([
          endpoint.upload: .object([
            "schema": .object(["type": .string("string"), "contentEncoding": .string("binary")])
          ])
        ]),
      ])
    case .none, .file: break
    }
    if endpoint.versioned {
      parameters.append(
        parameter("If-Match", place: "header", required: true, schema: .object(["type": .string("string")])))
    }
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if case .everyone = endpoint.allow.who { operation["security"] = .array([]) }
    operation["responses"] = .object(responses(endpoint, &schemas))
    operation["x-rights"] = rights(endpoint.allow)
    return .object(operation)
  }

  private static func query(_ properties: [Schema.Property], _ schemas: inout [String: JSONValue]) -> [JSONValue] {
    properties.map {
      parameter($0.name, place: "query", required: $0.required, schema: json($0.schema, &schemas))
    }
  }

  private static func rights(_ access: Access) -> JSONValue {
    if case .having(let rights) = access.who { .array(rights.map { .string($0.rawValue) }) } else { .array([]) }
  }

  private static func responses(
    _ endpoint: EndpointDescription, _ schemas: inout [String: JSONValue]
  ) -> [String: JSONValue] {
    var success: [String: JSONValue] = ["description": .string(endpoint.summary)]
    switch endpoint.output {
    case .json(let schema):
      success["content"] = .object(["application/json": .object(["schema": json(schema.unlimited, &schemas)])])
    case .file:
      success["content"] = .object([
        "*/*": .object([
          "schema": .object(["type": .string("string"), "contentEncoding": .string("binary")])
        ])
      ])
    case .none, .stream: break
    }
    let problem: JSONValue = .object([
      "description": .string("A problem, in French."),
      "content": .object([
        "application/problem+json": .object(["schema": .object(["$ref": .string("#/components/schemas/Problem")])])
      ]),
    ])
    return [String(endpoint.success): .object(success), "default": problem]
  }

  private static func parameter(_ name: String, place: String, required: Bool, schema: JSONValue) -> JSONValue {
    .object([
      "name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema,
    ])
  }

  /// A schema as JSON; objects go to the components and are referred to.
  private static func json(_ schema: Schema, _ schemas: inout [String: JSONValue]) -> JSONValue {
    switch schema {
    case .any: return .object([:])
    case .boolean: return .object(["type": .string("boolean")])
    case .number: return .object(["type": .string("number")])
    case .integer(let least, let most):
      var fields: [String: JSONValue] = ["type": .string("integer")]
      if least > .min { fields["minimum"] = .integer(least) }
      if most < .max { fields["maximum"] = .integer(most) }
      return .object(fields)
    case .choice(let values):
      return .object(["type": .string("string"), "enum": .array(values.map { .string($0) })])
    case .string(let format, let least, let most, let pattern):
      var fields: [String: JSONValue] = ["type": .string("string")]
      if most < .max { fields["maxLength"] = .integer(most) }
      if let format { fields["format"] = .string(format) }
      if least > 0 { fields["minLength"] = .integer(least) }
      if let pattern { fields["pattern"] = .string("^(?:\(pattern))$") }
      return .object(fields)
    case .array(let item, let most):
      var fields: [String: JSONValue] = ["type": .string("array"), "items": json(item, &schemas)]
      if most < .max { fields["maxItems"] = .integer(most) }
      return .object(fields)
    case .map(let item):
      return .object(["type": .string("object"), "additionalProperties": json(item, &schemas)])
    case .reference(let name): return .object(["$ref": .string("#/components/schemas/\(name)")])
    case .object(let name, let properties):
      if schemas[name] == nil {
        schemas[name] = .object([:])
        var fields: [String: JSONValue] = [:]
        for property in properties {
          fields[property.name] = nullable(json(property.schema, &schemas), property.required)
        }
        let required = properties.filter(\.required).map { JSONValue.string($0.name) }
        schemas[name] = .object([
          "type": .string("object"), "properties": .object(fields), "required": .array(required),
          "additionalProperties": .bool(false),
        ])
      }
      return .object(["$ref": .string("#/components/schemas/\(name)")])
    }
  }

  private static func nullable(_ schema: JSONValue, _ required: Bool) -> JSONValue {
    required ? schema : .object(["anyOf": .array([schema, .object(["type": .string("null")])])])
  }

  private static var problemSchema: JSONValue {
    let text: JSONValue = .object(["type": .string("string")])
    return .object([
      "type": .string("object"),
      "required": .array([.string("type"), .string("title"), .string("status")]),
      "properties": .object([
        "type": text, "title": text, "detail": text, "status": .object(["type": .string("integer")]),
        "faults": .object([
          "type": .string("array"),
          "items": .object([
            "type": .string("object"), "properties": .object(["field": text, "code": text, "message": text]),
          ]),
        ]),
        "current": .object([:]), "version": .object(["type": .string("integer")]), "offer": .object([:]),
      ]),
    ])
  }
}
