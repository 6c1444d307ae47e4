import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { quoted } from '../base/quoted.ts'
import type { InputKind } from './place.ts'

/** A part of a YAML document that an input file must not have. */
export class YamlMistake extends Error {
  readonly offset: number
  readonly hint: string | undefined

  constructor(offset: number, message: string, hint?: string) {
    super(message)
    this.offset = offset
    this.hint = hint
  }
}

/** Tags of YAML 1.2's core schema. */
const TAGS: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(coreTag))
const MOST_LEVELS = 64
/** Limit for aliases. An alias can refer to other aliases, so a few lines could expand to more values than memory holds. */
const MOST_ALIASES = 100
const MOST_VALUES = 100_000

function coreTag(name: string): string {
  return `tag:yaml.org,2002:${name}`
}

/**
 * The value of a document: lists, objects, texts, numbers, `true`, `false` and null. A number or boolean whose usual form differs from
 * the text in the file (`007`, `0x1F`, `1e3`, `True`) is a text, as on a command line. Throws `YamlMistake`.
 */
export function yamlValue(document: Document, kind: InputKind): unknown {
  const version = document.directives?.yaml
  if (version?.explicit === true && version.version !== '1.2')
    throw new YamlMistake(0, `a ${kind} is YAML 1.2`, 'leave the line %YAML out')
  return new YamlReader(document, kind).value(document.contents, 0)
}

class YamlReader {
  readonly #document: Document
  readonly #kind: InputKind
  /** The values being read. An alias to one of these would recurse without end. */
  readonly #open = new Set<unknown>()
  #aliases = 0
  #values = 0

  constructor(document: Document, kind: InputKind) {
    this.#document = document
    this.#kind = kind
  }

  value(node: unknown, offset: number, level = 0): unknown {
    const at = isNode(node) ? (node.range?.[0] ?? offset) : offset
    this.#values += 1
    if (this.#values > MOST_VALUES)
      throw new YamlMistake(at, 'with its aliases, the file has more than 100 000 values', 'write fewer')
    if (level > MOST_LEVELS) throw new YamlMistake(at, 'this is nested too deep')
    if (isAlias(node)) return this.#alias(node, at, level)
    if (isNode(node) && node.tag !== undefined && node.tag !== '!' && !TAGS.has(node.tag))
      throw new YamlMistake(at, `a ${this.#kind} has no tag ${quoted(node.tag)}`, 'leave the tag out')
    if (isScalar(node)) return scalarValue(node)
    if (!isSeq(node) && !isMap(node)) return null
    this.#open.add(node)
    const value = isSeq(node) ? node.items.map(item => this.value(item, at, level + 1)) : this.#map(node, at, level)
    this.#open.delete(node)
    return value
  }

  #alias(alias: Alias, at: number, level: number): unknown {
    this.#aliases += 1
    if (this.#aliases > MOST_ALIASES) throw new YamlMistake(at, 'the file has more than 100 aliases', 'write fewer')
    const target = alias.resolve(this.#document)
    if (target === undefined)
      throw new YamlMistake(at, `there is no anchor &${alias.source} above`, `mark a value with &${alias.source}`)
    if (this.#open.has(target)) throw new YamlMistake(at, `*${alias.source} stands inside of what it stands for`)
    return this.value(target, at, level)
  }

  #map(map: YAMLMap, at: number, level: number): Readonly<Record<string, unknown>> {
    const entries = new Map<string, unknown>()
    for (const pair of map.items) {
      const key = keyText(pair, at, this.#kind)
      const place = isNode(pair.key) ? (pair.key.range?.[0] ?? at) : at
      if (entries.has(key))
        throw new YamlMistake(place, `the key ${quoted(key)} is there twice`, 'leave one of them out')
      entries.set(key, this.value(pair.value, place, level + 1))
    }
    return Object.fromEntries(entries)
  }
}

function keyText({ key }: Pair, offset: number, kind: InputKind): string {
  const at = isNode(key) ? (key.range?.[0] ?? offset) : offset
  if (!isScalar(key)) throw new YamlMistake(at, 'a key is a text', 'write key: value')
  if (key.tag !== undefined && key.tag !== '!' && !TAGS.has(key.tag))
    throw new YamlMistake(at, `a ${kind} has no tag ${quoted(key.tag)}`, 'leave the tag out')
  const text = key.source ?? String(key.value)
  if (text === '<<' && key.type === 'PLAIN')
    throw new YamlMistake(at, 'YAML 1.2 has no merge key <<', 'write the keys, or put them into defaults')
  return text
}

function scalarValue({ value, source }: Scalar): unknown {
  if (typeof value !== 'number' && typeof value !== 'boolean') return value
  return source === undefined || source === String(value) ? value : source
}
