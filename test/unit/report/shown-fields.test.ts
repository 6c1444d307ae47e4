import { expect, test } from 'vitest'
import { renderAs } from '../../../src/report/formats.ts'
import { resultDocument } from '../../../src/report/result-document.ts'
import type { Result } from '../../../src/verdict/result.ts'
import { produced } from '../schema/documents.ts'

/** Fields that no report for people shows, by the reason why they are for machines only. */
const FOR_MACHINES: Readonly<Record<string, readonly string[]>> = {
  'it names the format of the document': ['schema'],
  'the address shows it': ['target.family'],
  'it is the sum of shown fates, or the rest of one': [
    'corruption.count',
    'corruption.unknown',
    'ledger.received',
    'ledger.sent',
    'loss.forward',
    'loss.return',
    'loss.unknown',
    'sizes[].truncation.count',
    'truncation.count',
  ],
  'it is shown only if entries differ: the fate has the number of one alone': ['refused[].count'],
  'the text of the message is shown': ['messages[].encoding', 'messages[].replyBase64', 'messages[].sentBase64'],
  'warnings are made of it, and report what matters': [
    'evidence.fragment.forward',
    'evidence.fragment.return',
    ...['foreign', 'mtu', 'old', 'quote', 'settled', 'unmatched'].map(doubt => `evidence.icmpIgnored.${doubt}`),
    ...['arrival', 'drops', 'dwell', 'fragment', 'received', 'seen', 'ttl'].map(name => `evidence.implausible.${name}`),
    'evidence.mtu',
    'evidence.packetChecks[].answered',
    'evidence.packetChecks[].size',
    'evidence.pathMtu.after',
    'evidence.pathMtu.before',
    'evidence.receiveErrors.*',
    'evidence.tos.forward[].count',
    'evidence.tos.forward[].value',
    'evidence.tos.return[].count',
    'evidence.tos.return[].value',
  ],
  'comparisons need it': ['confidence.clustering.*', 'confidence.intervals.*', 'pacing.lateMeanMs'],
  'the report shows a nearby figure of the same kind': [
    'loss.outages[].client',
    'loss.outages[].lost',
    'lossPattern.periods',
    'oneWay.errorAnyClockMs',
    'oneWay.forward.p50Ms',
    'oneWay.return.p50Ms',
  ],
  'it is a detail of how a search or a client went': [
    'clients[].ports',
    'mtu.hints[].mtu',
    'mtu.rounds',
    'sweep.holes[][]',
  ],
}

/** The reports that show most, the fastest first: the others have the same findings with fewer figures. */
const FOR_PEOPLE = ['table', 'prometheus', 'html'] as const

/** Places at which a field is changed, and fewer for one that is expected to change nothing. */
const TRIES = { shown: 24, machines: 3 } as const
const HIDDEN: ReadonlySet<string> = new Set(Object.values(FOR_MACHINES).flat())

type Path = readonly (string | number)[]

/** The places of a document that hold no further ones. */
function* leaves(value: unknown, path: Path = []): Iterable<Path> {
  if (typeof value !== 'object' || value === null) yield path
  else if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* leaves(inner, [...path, index])
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key])
}

/** `rtt.p50Ms`, also of a client, of a size and of the baseline. Keys that the run gives are `*`. */
function nameOf(path: Path): string {
  return (
    path
      .map(part => (typeof part === 'number' ? '[]' : `.${part}`))
      .join('')
      .slice(1)
      .replace(/^(?:(?:clients|sizes)\[\]|sweep\.controls)\.(?=ledger|loss|rtt)/u, '')
      // The figures of a search for the rate are those of its first size.
      .replace(/^rate\.sizes\[\]\./u, 'rate.')
      .replace(
        /^(options|warnings\[\]\.evidence|rate\.limit\.evidence|confidence\.\w+|evidence\.receiveErrors)\..*/u,
        '$1.*',
      )
  )
}

/** The document with another value at this place, and without any. */
function changed(document: Result, path: Path): readonly Result[] {
  const other = (value: unknown): unknown =>
    typeof value === 'number' ? value * 2 + 7 : typeof value === 'boolean' ? !value : `${String(value)}x`
  return [other, () => undefined].map(change => {
    const copy: unknown = structuredClone(document)
    let at = copy as Record<string | number, unknown>
    for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>
    const last = path.at(-1) ?? ''
    const value = change(at[last])
    if (value === undefined) delete at[last]
    else at[last] = value
    return copy as Result
  })
}

async function rendered(result: Result, format: (typeof FOR_PEOPLE)[number]): Promise<string> {
  const view = { color: false, width: 200, verbose: true }
  try {
    return [...(await renderAs(format, resultDocument(result), view))].join('')
  } catch {
    return ''
  }
}

async function isShown(document: Result, path: Path, before: ReadonlyMap<string, string>): Promise<boolean> {
  const others = changed(document, path)
  for (const format of FOR_PEOPLE) {
    for (const other of others) {
      const text = await rendered(other, format)
      if (text !== '' && text !== before.get(format)) return true
    }
  }
  return false
}

/** A place of a document whose value is changed. */
interface Place {
  readonly document: Result
  readonly path: Path
  /** Whether each list on the path has several entries: a report may omit a part of a lone one. */
  readonly isOneOfSeveral: boolean
}

/** The places of each field in all documents, those in lists of several entries first, at most two of a document. */
async function placesByName(): Promise<ReadonlyMap<string, readonly Place[]>> {
  const places = new Map<string, Place[]>()
  for await (const { kind, document } of produced()) {
    if (kind !== 'result') continue
    const result = JSON.parse(JSON.stringify(document)) as Result
    // A difference from a baseline has a document of its own.
    delete (result as { baseline?: unknown }).baseline
    const here = new Map<string, number>()
    for (const path of leaves(result)) {
      const name = nameOf(path)
      const tried = here.get(name) ?? 0
      if (tried === 2) continue
      here.set(name, tried + 1)
      const known = places.get(name) ?? []
      known.push({ document: result, path, isOneOfSeveral: isOneOfSeveral(result, path) })
      places.set(name, known)
    }
  }
  for (const known of places.values()) known.sort((a, b) => Number(b.isOneOfSeveral) - Number(a.isOneOfSeveral))
  return places
}

function isOneOfSeveral(document: Result, path: Path): boolean {
  let at: unknown = document
  for (const part of path) {
    if (Array.isArray(at) && at.length === 1) return false
    at = (at as Record<string | number, unknown>)[part]
  }
  return true
}

// Hundreds of reports are rendered, which takes minutes on a busy machine.
test('every field of a Result is in a report for people, or is for machines only', { timeout: 300_000 }, async () => {
  const places = await placesByName()
  const unchanged = new Map<Result, ReadonlyMap<string, string>>()
  const reportsOf = async (document: Result): Promise<ReadonlyMap<string, string>> => {
    const known = unchanged.get(document)
    if (known !== undefined) return known
    const texts = new Map<string, string>()
    for (const format of FOR_PEOPLE) texts.set(format, await rendered(document, format))
    unchanged.set(document, texts)
    return texts
  }
  const hidden: string[] = []
  for (const [name, known] of places) {
    let shown = false
    for (const { document, path } of known.slice(0, TRIES[HIDDEN.has(name) ? 'machines' : 'shown'])) {
      shown = await isShown(document, path, await reportsOf(document))
      if (shown) break
    }
    if (!shown) hidden.push(name)
  }
  expect(places.size).toBeGreaterThan(150)
  expect(hidden.toSorted()).toEqual([...HIDDEN].toSorted())
})
