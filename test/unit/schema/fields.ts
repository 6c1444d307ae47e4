/** A part of a JSON Schema, limited to what `scripts/schema.mjs` writes. */
export interface SchemaNode {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, SchemaNode>>
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  readonly prefixItems?: readonly SchemaNode[]
  readonly additionalProperties?: SchemaNode | boolean
}

/** Names every field, every value of an enumeration and every branch of a union. A shared definition has one name: `delay.p50Ms`. */
export function fieldsOf(schema: SchemaNode, root: string): ReadonlySet<string> {
  const found = new Set<string>()
  visit(schema, root, undefined, name => found.add(name))
  return found
}

/** The names that occur in a document. */
export function fieldsIn(schema: SchemaNode, root: string, document: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  visit(schema, root, { value: document }, name => found.add(name))
  return found
}

/** Visits what the schema allows, or what a document has of it. */
function visit(
  schema: SchemaNode,
  root: string,
  document: { readonly value: unknown } | undefined,
  found: (name: string) => void,
): void {
  const seen = new Set<string>()
  const walk = (node: SchemaNode, name: string, at: { readonly value: unknown } | undefined): void => {
    if (node.$ref !== undefined) {
      const definition = node.$ref.slice('#/$defs/'.length)
      const inner = schema.$defs?.[definition]
      if (inner === undefined || (at === undefined && seen.has(definition))) return
      seen.add(definition)
      walk(inner, definition, at)
      return
    }
    for (const value of node.enum ?? []) {
      if (at === undefined || at.value === value) found(`${name} = ${String(value)}`)
    }
    for (const branch of node.anyOf ?? []) {
      if (at === undefined || typeof at.value === branch.type) found(`${name}: ${branch.type ?? 'any'}`)
    }
    for (const [key, inner] of Object.entries(node.properties ?? {})) {
      const value = at === undefined ? undefined : (at.value as Readonly<Record<string, unknown>>)[key]
      if (at !== undefined && value === undefined) continue
      found(`${name}.${key}`)
      walk(inner, `${name}.${key}`, at && { value })
    }
    if (typeof node.additionalProperties === 'object') {
      const values = at === undefined ? [undefined] : Object.values(at.value as object)
      for (const value of values) walk(node.additionalProperties, `${name}.*`, at && { value })
    }
    if (node.items !== undefined) {
      const values = at === undefined ? [undefined] : (at.value as readonly unknown[])
      for (const value of values) walk(node.items, `${name}[]`, at && { value })
    }
  }
  walk(schema, root, document)
}
