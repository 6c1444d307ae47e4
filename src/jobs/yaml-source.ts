import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type ErrorCode,
} from 'yaml'
import { mistakeAt, type InputKind, type InputSource, type Path, type Place } from './place.ts'
import { quoteHint } from './quote-hint.ts'
import { YamlMistake, yamlValue } from './yaml-value.ts'

const TOO_DEEP = 'this is nested too deep'

/** Plain messages for the errors of the YAML parser. */
const MISTAKES: Readonly<Partial<Record<ErrorCode, readonly [message: string, hint?: string]>>> = {
  ALIAS_PROPS: ['an alias can have neither an anchor nor a tag'],
  BAD_ALIAS: ['this is no alias: *name stands for what &name marks'],
  BAD_DIRECTIVE: ['this is no directive of YAML 1.2'],
  BAD_DQ_ESCAPE: ['there is no such escape in double quotes', 'write \\\\ for a backslash, or take single quotes'],
  BAD_INDENT: ['the indentation does not fit the lines above'],
  BAD_SCALAR_START: ['a text cannot begin with this character', 'put it in quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['a key cannot have keys on its own line', 'put the value on the next line, or in quotes'],
  BLOCK_IN_FLOW: ['inside of [] and {} there are no indented lists and keys'],
  DUPLICATE_KEY: ['this key is there twice', 'leave one of them out'],
  KEY_OVER_1024_CHARS: ['a key has 1024 characters at most'],
  MISSING_CHAR: ['a character is missing here: a quote, a comma, a colon, a bracket or a space'],
  MULTILINE_IMPLICIT_KEY: ['a key is on one line'],
  MULTIPLE_ANCHORS: ['a value has one anchor at most'],
  MULTIPLE_DOCS: ['a second document begins here, and the file must be one', 'leave out the line ---'],
  MULTIPLE_TAGS: ['a value has one tag at most'],
  RESOURCE_EXHAUSTION: [TOO_DEEP],
  TAB_AS_INDENT: ['a tab cannot indent', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['there is no such tag here, or its value does not fit it', 'leave the tag out'],
}

/** Limit for nested brackets. The parser recurses for each. */
const MOST_BRACKETS = 500

/** Reads YAML 1.2. JSON is a subset of YAML, so both have lines and columns. */
export function readYaml(file: string, text: string, kind: InputKind = 'check file'): InputSource {
  const counter = new LineCounter()
  const lines = text.split(/\r?\n/u)
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const line = (number: number): string => lines[number - 1] ?? ''
  const deepest = tooDeepLine(lines)
  if (deepest !== undefined) throw mistakeAt({ file, ...deepest }, line, TOO_DEEP, undefined)
  const document = parsed(text, counter)
  if (document === undefined) throw mistakeAt({ file, ...longestIndent(lines) }, line, TOO_DEEP, undefined)
  const [error] = document.errors
  if (error !== undefined) {
    const [message, hint] = MISTAKES[error.code] ?? ['this is no YAML']
    const place = at(error.pos[0])
    // The parser may notice only on the next line that a text ended too early.
    throw mistakeAt(place, line, message, quoteHint(line(place.line)) ?? quoteHint(line(place.line - 1)) ?? hint)
  }
  try {
    const value = yamlValue(document, kind)
    return { file, value, locate: (path, atKey = false) => at(offsetOf(document, path, atKey)), line }
  } catch (mistake) {
    if (!(mistake instanceof YamlMistake)) throw mistake
    throw mistakeAt(at(mistake.offset), line, mistake.message, mistake.hint)
  }
}

/** Undefined if the parser, which recurses for each level, runs out of stack. */
function parsed(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    // Use the `core` schema whatever a directive asks for: YAML 1.1 reads some plain texts as dates, octal numbers or booleans.
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      keepSourceTokens: false,
      schema: 'core',
      uniqueKeys: false,
    })
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

type Position = Pick<Place, 'line' | 'column'>

function tooDeepLine(lines: readonly string[]): Position | undefined {
  let depth = 0
  for (const [index, line] of lines.entries()) {
    for (let column = 0; column < line.length; column++) {
      const character = line.charAt(column)
      if (character === '[' || character === '{') depth += 1
      if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
      if (depth > MOST_BRACKETS) return { line: index + 1, column: column + 1 }
    }
    const begun = /^[\s?-]*/u.exec(line)?.[0].replaceAll(/\s/gu, '') ?? ''
    if (begun.length > MOST_BRACKETS) return { line: index + 1, column: 1 }
  }
  return undefined
}

function longestIndent(lines: readonly string[]): Position {
  const indents = lines.map(line => line.length - line.trimStart().length)
  const longest = indents.reduce((most, indent, index) => (indent > (indents[most] ?? 0) ? index : most), 0)
  return { line: longest + 1, column: (indents[longest] ?? 0) + 1 }
}

function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    const inner = isAlias(node) ? node.resolve(document) : node
    if (isMap(inner)) {
      const pair = inner.items.find(({ key }) => isScalar(key) && (key.source ?? String(key.value)) === String(step))
      if (pair === undefined) return offset
      node = pair.value
      const last = depth === path.length - 1
      offset = (last && atKey ? startOf(pair.key) : (startOf(node) ?? startOf(pair.key))) ?? offset
    } else if (isSeq(inner)) {
      node = inner.items[Number(step)]
      offset = startOf(node) ?? offset
    } else {
      return offset
    }
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
