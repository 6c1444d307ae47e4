import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { readSource, type Source } from './source.ts'

/**
 * The rooms of src by floor, the lowest first. A room imports from lower floors only. `schema` is on none: everybody may use its types; runs,
 * which read saved documents, jobs and cli its values.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['wire'],
  ['facts'],
  ['ledger', 'machines'],
  ['verdict', 'engine'],
  ['report', 'stream', 'options'],
  ['runs'],
  ['jobs', 'lab'],
  ['cli', 'index.ts', 'vitest.ts', 'wire.ts'],
]
const FLOOR: ReadonlyMap<string, number> = new Map(FLOORS.flatMap((rooms, floor) => rooms.map(room => [room, floor])))
/** Rooms that may not import each other although one is on a lower floor: the result is drawn without engines, and engines do not judge. */
const APART: ReadonlyMap<string, readonly string[]> = new Map([
  ['verdict', ['machines']],
  ['engine', ['ledger']],
  ['report', ['machines', 'engine']],
  ['stream', ['facts', 'ledger', 'machines', 'verdict']],
  ['runs', ['report']],
  ['jobs', ['report']],
  ['lab', ['report']],
])
/** Rooms that may use the values of the schema, not its types alone. */
const READS_DOCUMENTS: readonly string[] = ['runs', 'jobs', 'cli']

/** The rooms inside the kernel engine, and what each may import of the others. */
const KERNEL_FLOORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['system', []],
  ['wasm', ['system']],
  ['socket', ['system']],
  ['loop', ['system']],
  ['trial', ['system', 'socket']],
  ['server', ['system', 'socket', 'loop', 'wasm']],
  ['prober', ['system', 'socket', 'loop', 'trial', 'wasm']],
  ['engine.ts', ['trial', 'server', 'prober']],
])
/** Engines know nothing of each other. */
const ENGINE = /^src\/engine\/([^/.]+)\//u

const PURE: readonly string[] = ['base', 'wire', 'facts', 'ledger', 'verdict', 'machines', 'report', 'schema']

/** What a job may use of another job's folder: how it is planned and run, and its flags. */
const DOORS = /^src\/jobs\/(?:(?:sweep|mtu)\/(?:plan|run|flags)|engines\/survey)\.ts$/u

const AMBIENT =
  /(?<![\w$.#]|\?\.)(?:Date|performance|process|setTimeout|setImmediate|setInterval|queueMicrotask|Buffer|console|crypto|globalThis)(?![\w$])|\bMath\s*\.\s*random\b/gu
const MOST_LINES = 250
/** Files that may be longer than 250 lines, each with its reason. */
const LONG: ReadonlyMap<string, string> = new Map()

/** The packages that are imported in one place only. */
const ONE_FILE: readonly string[] = ['table', 'koffi']

interface Read extends Source {
  readonly path: string
  readonly room: string
}

/**
 * Every breach of the house rules, one line each, in files given as path (`src/base/size.ts`) and source. The rules are
 * those of the design: who may import whom, what is pure, who writes, how files are named and how long they get.
 */
export function breaches(files: ReadonlyMap<string, string>): string[] {
  const sources: Read[] = []
  for (const [path, text] of files) {
    if (/^src\/.*\.ts$/u.test(path)) sources.push({ ...readSource(text), path, room: roomOf(path) })
  }
  return [
    ...sources.flatMap(source => [...floors(source), ...purity(source), ...packages(source), ...shape(source)]),
    ...loners(sources),
    ...circles(sources),
    ...startUp(sources),
    ...bin(files.get('bin/udptool.js')),
  ]
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/** The path that a relative import names, or undefined for a package. */
function target(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return posix.join(posix.dirname(from), specifier.replace(/\.js$/u, '.ts'))
}

function floors({ path, room, imports }: Read): string[] {
  if (!FLOOR.has(room) && room !== 'schema') return [`${path}: ${room} is not a room of the house`]
  const found: string[] = []
  for (const { specifier, typeOnly } of imports) {
    const to = target(path, specifier)
    if (to === undefined || !to.endsWith('.ts')) continue
    if (!below(room, to, typeOnly)) found.push(`${path}: imports ${to}, which is not below`)
    if (!sharedEngine(path, to)) found.push(`${path}: imports ${to}, the inside of another engine`)
    if (!sharedKernel(path, to)) found.push(`${path}: imports ${to}, which is not below in the kernel engine`)
    if (!sharedFolder(path, to)) found.push(`${path}: imports ${to}, the inside of another of the ${room}`)
  }
  return found
}

function below(room: string, to: string, typeOnly: boolean): boolean {
  const other = to.startsWith('src/') ? roomOf(to) : to
  if (other === room) return true
  if (room === 'schema') return false
  if (other === 'schema') return typeOnly || READS_DOCUMENTS.includes(room)
  return (FLOOR.get(other) ?? Infinity) < (FLOOR.get(room) ?? 0) && APART.get(room)?.includes(other) !== true
}

function sharedEngine(from: string, to: string): boolean {
  const [engine, other] = [from, to].map(path => ENGINE.exec(path)?.[1])
  return engine === undefined || other === undefined || engine === other
}

function sharedKernel(from: string, to: string): boolean {
  const [room, other] = [from, to].map(path => /^src\/engine\/kernel\/([^/]+)/u.exec(path)?.[1])
  return (
    room === undefined || other === undefined || room === other || KERNEL_FLOORS.get(room)?.includes(other) === true
  )
}

/** Folders of runs, jobs and lessons do not know each other's insides. */
function sharedFolder(from: string, to: string): boolean {
  const [one, other] = [from, to].map(path => /^src\/((?:runs|jobs)\/[^/]+)\//u.exec(path)?.[1])
  return (
    one === undefined ||
    other === undefined ||
    one === other ||
    one.split('/')[0] !== other.split('/')[0] ||
    DOORS.test(to)
  )
}

function purity({ path, room, code, imports }: Read): string[] {
  const found: string[] = []
  if (PURE.includes(room)) {
    for (const { specifier } of imports) {
      if (isBuiltin(specifier)) found.push(`${path}: imports ${specifier} in a pure room`)
    }
    for (const match of code.matchAll(AMBIENT)) {
      if (!isKey(code, match.index, match[0]))
        found.push(`${path}:${lineOf(code, match.index)}: ${match[0]} in a pure room`)
    }
  } else if (room !== 'cli') {
    for (const match of code.matchAll(/(?<![\w$.#])(?:console(?![\w$])|process\s*\.\s*std(?:out|err)\b)/gu)) {
      found.push(`${path}:${lineOf(code, match.index)}: ${match[0]}: only src/cli writes`)
    }
  }
  return found
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** Whether the word is a name of a property or parameter (`{ process: 1 }`, `crypto?: boolean`) and no use of the global. */
function isKey(code: string, at: number, word: string): boolean {
  const before = code.slice(0, at)
  return /(?:[{,(\n]|\breadonly)[ \t]*$/u.test(before) && /^\??:/u.test(code.slice(at + word.length))
}

function lineOf(code: string, at: number): number {
  return code.slice(0, at).split('\n').length
}

function packages({ path, room, imports }: Read): string[] {
  const found: string[] = []
  for (const { specifier, typeOnly } of imports) {
    const name = specifier.startsWith('.')
      ? ''
      : specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/')
    if (name === 'commander' && room !== 'cli') found.push(`${path}: imports commander outside src/cli`)
    const typesOnly = PURE.includes(room) && room !== 'schema'
    if (name === 'zod' && typesOnly && !typeOnly) found.push(`${path}: imports zod other than as types in a pure room`)
    if (name !== '' && name !== 'zod' && room === 'schema')
      found.push(`${path}: the schema imports zod only, not ${name}`)
  }
  return found
}

function shape({ path, code, lines }: Read): string[] {
  const found: string[] = []
  if (/\bexport\s+default\b|\bas\s+default\b/u.test(code)) found.push(`${path}: has a default export`)
  if (/\bexport\s+(?:type\s+)?\*/u.test(code)) found.push(`${path}: exports *`)
  const drawer = path.split('/').find(part => /^(?:utils?|helpers?|common|misc)(?:\.|$)/iu.test(part))
  if (drawer !== undefined) found.push(`${path}: ${drawer} names a drawer, not a concept`)
  if (lines > MOST_LINES && !LONG.has(path)) found.push(`${path}: ${lines} lines, more than ${MOST_LINES}`)
  return found
}

function loners(sources: readonly Read[]): string[] {
  return ONE_FILE.flatMap(name => {
    const users = sources.filter(({ imports }) => imports.some(({ specifier }) => specifier === name))
    return users.length > 1
      ? [`${name} is imported in ${users.map(({ path }) => path).join(' and ')}: one file only`]
      : []
  })
}

/** Circles of imports, types included. Each is told once, from the file of it that comes first. */
function circles(sources: readonly Read[]): string[] {
  const edges = new Map<string, string[]>()
  for (const { path, imports } of sources) {
    edges.set(
      path,
      imports.map(({ specifier }) => target(path, specifier)).filter(to => to !== undefined),
    )
  }
  const found = new Map<string, string>()
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      const circle = trail.slice(start)
      found.set(circle.toSorted().join(), `${[...circle, path].join(' → ')}: a circle of imports`)
    }
    if (done.has(path)) return
    done.add(path)
    for (const to of edges.get(path) ?? []) visit(to, [...trail, path])
  }
  for (const path of edges.keys()) visit(path, [])
  return [...found.values()]
}

/** What every call of the command line loads, `--help` too: of packages the parser of the command line alone. */
function startUp(sources: readonly Read[]): string[] {
  const files = new Map(sources.map(source => [source.path, source]))
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const source = files.get(path)
    if (source === undefined) return
    files.delete(path)
    const here = [...trail, path]
    for (const { specifier, eager } of source.imports) {
      if (!eager) continue
      const to = target(path, specifier)
      if (to !== undefined) visit(to, here)
      else if (!isBuiltin(specifier) && specifier !== 'commander')
        found.push(`${here.join(' → ')}: loads ${specifier} whatever the command`)
    }
  }
  visit('src/cli/program.ts', [])
  return found
}

function bin(text: string | undefined): string[] {
  if (text === undefined) return ['bin/udptool.js is missing']
  const { lines } = readSource(text)
  return lines > 5 ? [`bin/udptool.js: ${lines} lines, more than 5`] : []
}
