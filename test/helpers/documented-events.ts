import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { ROOT } from './child.ts'
import { LOCAL_TIME } from './local-time.ts'

/** An event of a command with --json. */
export type Event = Readonly<Record<string, unknown>> & { readonly event: string }

/** Fields that each event of a kind has, and fields that it may have. */
interface Fields {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** What a page says about events. */
export interface DocumentedEvents {
  readonly events: ReadonlyMap<string, Fields>
  /** The type of each field. */
  readonly types: ReadonlyMap<string, string>
}

/** The table of a page whose first column has this heading: the cells of each row. */
function tableOf(page: string, heading: string): readonly (readonly string[])[] {
  const lines = readFileSync(`${ROOT}docs/${page}`, 'utf8').split('\n')
  const begin = lines.findIndex(line => line.startsWith(`| ${heading} `))
  const end = lines.findIndex((line, n) => n > begin && !line.startsWith('|'))
  expect(begin).toBeGreaterThan(0)
  return lines.slice(begin + 2, end).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

const namesIn = (text: string): readonly string[] => Array.from(text.matchAll(/`(\w+)`/gu), ([, name = '']) => name)

/**
 * The tables of events and of fields of a page. A field before the first semicolon is in every event of its kind; `as X` stands for the fields of
 * event X.
 */
export function documentedEvents(page: string): DocumentedEvents {
  const events = new Map<string, Fields>()
  for (const [kind = '', , cell = ''] of tableOf(page, 'event')) {
    const [like = '', other = ''] = /^as `(\w+)`/u.exec(cell) ?? []
    const base = events.get(other)
    const [always = '', ...sometimes] = cell.slice(like.length).split(';')
    const required = ['event', ...(base?.required ?? []), ...namesIn(always)]
    const optional = [...(base?.optional ?? []), ...namesIn(sometimes.join(';'))]
    events.set(namesIn(kind)[0] ?? '', { required, optional })
  }
  const rows = tableOf(page, 'field').map(([name = '', type = '']) => [namesIn(name)[0] ?? '', type] as const)
  return { events, types: new Map([['event', 'string'], ...rows]) }
}

function isOfType(value: unknown, type: string | undefined): boolean {
  if (type === 'any') return true
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'integers') return Array.isArray(value) && value.length > 0 && value.every(Number.isInteger)
  if (type === 'array') return Array.isArray(value)
  return type !== undefined && typeof value === type
}

/** The events in an output, one a line. */
export function eventsIn(stdout: string): readonly Event[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Event)
}

/** Holds an event to its page. */
export function expectDocumented(event: Event, { events, types }: DocumentedEvents): void {
  const { required = [], optional = [] } = events.get(event.event) ?? {}
  const names = Object.keys(event)
  expect(names).toEqual(expect.arrayContaining([...required]))
  expect([...required, ...optional]).toEqual(expect.arrayContaining(names))
  expect(names.filter(name => !isOfType(event[name], types.get(name)))).toEqual([])
  expect(event['at']).toMatch(LOCAL_TIME)
}
