/** One import of a source file: static, dynamic, re-export, require, or a file named by `new URL('…', import.meta.url)`. */
interface Import {
  /** As written: `./x.ts`, `node:fs`, `zod`. */
  readonly specifier: string
  /** Whether it vanishes from the compiled file: `import type …` and `export type … from`. */
  readonly typeOnly: boolean
  /** Whether it is loaded with the file that has it, rather than when a call comes to it. */
  readonly eager: boolean
}

/** What the house rules ask of a source file. No parser is at hand (TypeScript 7 has no API), so this reads tokens. */
export interface Source {
  /** The code with comments blanked and the text of strings, templates and regular expressions blanked, lines kept. */
  readonly code: string
  readonly imports: readonly Import[]
  readonly lines: number
}

const CLAUSE = String.raw`(?:[\w$]+\s*,\s*)?(?:\{[^{}]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+)`
const STATIC = new RegExp(
  String.raw`\b(?:import|export)\s+(?:(type)\s+(?!from\b))?${CLAUSE}\s*from\s*(["'])\d+\2`,
  'gu',
)
const BARE = /\bimport\s*(["'])\d+\1/gu
const CALL = /\b(?:import|require)\s*\(\s*(["'`])\d+\1/gu
const FILE = /\bnew\s+URL\s*\(\s*(["'`])\d+\1(?=\s*,\s*import\.meta\.url)/gu

/** Reads a source file. */
export function readSource(text: string): Source {
  const texts: string[] = []
  // Every string becomes its number in quotes while imports are found, so that no text is taken for code.
  const numbered = blank(text, content => String(texts.push(content) - 1))
  const imports: Import[] = []
  const add = (match: RegExpExecArray, typeOnly: boolean, eager: boolean): void => {
    const number = /\d+(?=["'`]$)/u.exec(match[0])?.[0]
    imports.push({ specifier: texts[Number(number)] ?? '', typeOnly, eager: eager && !typeOnly })
  }
  for (const match of numbered.matchAll(STATIC)) add(match, match[1] === 'type', true)
  for (const match of numbered.matchAll(BARE)) add(match, false, true)
  for (const match of numbered.matchAll(CALL)) add(match, false, false)
  for (const match of numbered.matchAll(FILE)) add(match, false, false)
  return { code: blank(text, () => ''), imports, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|[`{}]|[^\s]/gu

/** Whether a slash after this code starts a regular expression rather than a division. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|throw|void|await|yield))\s*$/u

/** Removes comments and replaces what is in quotes by `name(content)`; code in `${…}` stays. */
function blank(text: string, name: (content: string) => string): string {
  let out = ''
  let at = 0
  /** The depth of braces at each open template expression. */
  const templates: number[] = []
  let depth = 0
  const template = (from: number): number => {
    let end = from
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1
    const opens = text.startsWith('${', end)
    out += name(text.slice(from, end)) + newlines(text.slice(from, end)) + (opens ? '${' : '`')
    if (opens) templates.push(depth)
    return end + (opens ? 2 : 1)
  }
  while (at < text.length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) break
    out += text.slice(at, match.index)
    let token = match[0]
    at = match.index + token.length
    if (token.startsWith('//') || token.startsWith('/*')) out += newlines(token)
    else if (token.length > 1 && token.startsWith('/')) {
      if (BEFORE_REGEX.test(out.slice(-40))) out += '/./'
      else [out, at] = [out + '/', match.index + 1]
    } else if (token.length > 1) out += token.charAt(0) + name(token.slice(1, -1)) + token.charAt(0)
    else if (token === '`') {
      out += '`'
      at = template(at)
    } else if (token === '}' && templates.at(-1) === depth) {
      templates.pop()
      out += '}'
      at = template(at)
    } else {
      if (token === '{') depth++
      else if (token === '}') depth--
      else token = /^[\w$]/u.test(token) ? (/[\w$]+/uy.exec(text.slice(match.index))?.[0] ?? token) : token
      out += token
      at = match.index + token.length
    }
  }
  return out + text.slice(at)
}

function newlines(text: string): string {
  return text.replace(/[^\n]/gu, '')
}
