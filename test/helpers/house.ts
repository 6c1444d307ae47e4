import { posix } from 'node:path'
import { FLOORS } from '../../scripts/rooms.mjs'

/** The entries of src: the rooms, and the files that the package exports. */
const PLACES: ReadonlySet<string> = new Set([...FLOORS.flat(), 'schema', 'index.ts', 'vitest.ts', 'wire.ts'])
/** Packages that only one file may load. */
const ONE_FILE: readonly string[] = ['table', 'koffi']
/** Static imports and re-exports of a file that are not erased with the types. */
const EAGER = /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gmu

interface Source {
  readonly path: string
  readonly text: string
}

/**
 * Violations of the house rules that the linter cannot express, one line each, in files given as path (`src/base/size.ts`) and source. The
 * import rules are those of `scripts/rooms.mjs`, which the linter checks.
 */
export function violations(files: ReadonlyMap<string, string>): string[] {
  const sources = [...files].map(([path, text]) => ({ path, text })).filter(({ path }) => /^src\/.*\.ts$/u.test(path))
  return [
    ...sources.flatMap(source => [...place(source), ...wholeExports(source), ...scripts(source)]),
    ...sharedPackages(sources),
    ...startUp(files),
    ...bin(files.get('bin/udptool.js')),
  ]
}

function place({ path }: Source): string[] {
  const [, room = '', ...rest] = path.split('/')
  const vague = [room, ...rest].find(part => /^(?:utils?|helpers?|common|misc)(?:\.|$)/iu.test(part))
  return [
    ...(PLACES.has(room) ? [] : [`${path}: ${room} is not a room of the house`]),
    ...(vague === undefined ? [] : [`${path}: ${vague} does not name a concept`]),
  ]
}

function wholeExports({ path, text }: Source): string[] {
  return /^export\s+(?:type\s+)?\*/mu.test(text) ? [`${path}: exports *`] : []
}

/** The script of a thread or process must be next to the file that starts it, because the linter does not see it as an import. */
function scripts({ path, text }: Source): string[] {
  return [...text.matchAll(/\bnew URL\('([^']+\.js)', import\.meta\.url\)/gu)]
    .filter(([, script = '']) => !/^\.\/[^/]+$/u.test(script))
    .map(([, script = '']) => `${path}: starts ${script}, which is not in the same folder`)
}

function sharedPackages(sources: readonly Source[]): string[] {
  return ONE_FILE.flatMap(name => {
    const loads = new RegExp(String.raw`(?:\bfrom |\bimport |\bimport\(|\brequire\()'${name}'`, 'u')
    const users = sources.filter(({ text }) => loads.test(text))
    return users.length > 1
      ? [`${name} is imported in ${users.map(({ path }) => path).join(' and ')}: one file only`]
      : []
  })
}

/** Modules loaded before the command is known: commander and built-ins only. Others would slow down every start, also of `--help`. */
function startUp(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (done.has(path)) return
    done.add(path)
    for (const [, name = ''] of (files.get(path) ?? '').matchAll(EAGER)) {
      const route = [...trail, path]
      if (name.startsWith('.')) visit(posix.join(posix.dirname(path), name), route)
      else if (name !== 'commander' && !name.startsWith('node:')) {
        found.push(`${route.join(' → ')}: loads ${name} for every command`)
      }
    }
  }
  visit('src/cli/program.ts', [])
  return found
}

function bin(text: string | undefined): string[] {
  if (text === undefined) return ['bin/udptool.js is missing']
  const lines = text.trimEnd().split('\n').length
  return lines > 5 ? [`bin/udptool.js: ${lines} lines, more than 5`] : []
}
