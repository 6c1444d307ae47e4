import type { DiscoveredTarget, DnsPlan, GroupPlan } from '../monitor/config-plan.ts'
import type { Discovery } from './discovery.ts'
import { FaultLog } from '../fault-log.ts'
import { FileSource, type FileSurroundings } from './file-source.ts'
import { NameSource, type NameSurroundings } from './name-source.ts'
import { SelfNames, type SelfSurroundings } from './self-names.ts'
import type { Source } from './source.ts'
import { listTargets, type ListRules } from './target-list.ts'

/** What the sources of groups need from their surroundings. */
export interface DiscoverySurroundings
  extends
    Omit<ListRules, 'own'>,
    Omit<SelfSurroundings, 'onChange'>,
    Omit<FileSurroundings, 'onChange'>,
    Omit<NameSurroundings, 'onChange'> {
  readonly onClose: () => void
}

/** The targets of groups, from all their sources. Groups with the same files or name share the source. */
export class GroupTargets implements Discovery {
  readonly #surroundings: DiscoverySurroundings
  readonly #selfNames: SelfNames
  readonly #faults: FaultLog
  readonly #listeners: (() => void)[] = []
  readonly #files = new Map<string, FileSource>()
  readonly #names = new Map<string, NameSource>()
  #groups: readonly GroupPlan[] = []
  #targets: readonly DiscoveredTarget[] = []
  /** Number of changes since the first list. -1: there is none yet. */
  #changes = -1
  #becomeReady = (): void => {}
  readonly ready = new Promise<void>(resolve => {
    this.#becomeReady = resolve
  })

  constructor(groups: readonly GroupPlan[], surroundings: DiscoverySurroundings) {
    this.#surroundings = surroundings
    this.#selfNames = new SelfNames({ ...surroundings, onChange: () => this.#list() })
    this.#faults = new FaultLog(surroundings.log)
    this.update(groups)
  }

  get targets(): readonly DiscoveredTarget[] {
    return this.#targets
  }

  isReady(): boolean {
    return [...this.#files.values(), ...this.#names.values()].every(({ isRead }) => isRead)
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
    if (this.#changes > 0) listener()
  }

  update(groups: readonly GroupPlan[]): void {
    this.#groups = groups
    const patterns = new Set(groups.flatMap(({ files }) => files))
    keepOnly(this.#files, patterns)
    const surroundings = { ...this.#surroundings, onChange: () => this.#list() }
    for (const pattern of patterns)
      if (!this.#files.has(pattern)) this.#files.set(pattern, new FileSource(pattern, surroundings))
    const names = namesOf(groups)
    keepOnly(this.#names, names)
    for (const [key, plan] of names) {
      const known = this.#names.get(key)
      if (known === undefined) this.#names.set(key, new NameSource(plan, surroundings))
      else known.setRefresh(plan.refresh)
    }
    this.#list()
  }

  close(): void {
    this.#listeners.length = 0
    for (const source of [...this.#files.values(), ...this.#names.values()]) source.close()
    this.#selfNames.close()
    this.#surroundings.onClose()
  }

  #list(): void {
    if (this.isReady()) this.#becomeReady()
    const groups = this.#groups.map(plan => ({
      plan,
      found: [
        ...plan.files.flatMap(pattern => this.#files.get(pattern)?.targets ?? []),
        ...(plan.dns === undefined ? [] : (this.#names.get(keyOf(plan.dns))?.targets ?? [])),
      ],
    }))
    const own = { name: this.#surroundings.own.name, isSelf: this.#selfNames.isSelf }
    const { targets, notes } = listTargets(groups, { ...this.#surroundings, own })
    for (const { about, message, fields } of notes) this.#faults.set(about, message, fields)
    this.#faults.clearExcept(notes.map(({ about }) => about))
    if (this.#changes >= 0 && isSame(targets, this.#targets)) return
    this.#targets = targets
    this.#changes += 1
    for (const listener of this.#listeners) listener()
  }
}

function isSame(some: readonly DiscoveredTarget[], others: readonly DiscoveredTarget[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, at) => one.module === others[at]?.module && textOf(one) === textOf(others[at]))
  )
}

function textOf({ target, labels }: DiscoveredTarget): string {
  return JSON.stringify([target, labels])
}

/** The names of groups. One that several groups ask is asked as often as any of them wants. */
function namesOf(groups: readonly GroupPlan[]): ReadonlyMap<string, DnsPlan> {
  const names = new Map<string, DnsPlan>()
  for (const { dns } of groups) {
    if (dns === undefined) continue
    const before = names.get(keyOf(dns))
    if (before === undefined || dns.refresh < before.refresh) names.set(keyOf(dns), dns)
  }
  return names
}

function keyOf({ name, type, port }: DnsPlan): string {
  return `${type} ${name} ${port}`
}

/** Closes and forgets the sources with other keys. */
function keepOnly(sources: Map<string, Source>, keys: { has(key: string): boolean }): void {
  for (const [key, source] of sources) {
    if (keys.has(key)) continue
    source.close()
    sources.delete(key)
  }
}
