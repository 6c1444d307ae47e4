import { addressBytes } from '../../base/ip.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import type { DiscoveredTarget, GroupPlan, ModuleConfig } from '../monitor/config-plan.ts'
import { Mesh } from './mesh.ts'
import type { OwnHost } from './own-host.ts'
import type { SourceTarget } from './source.ts'

/** A group with the present targets of its sources. */
export interface GroupSources {
  readonly plan: GroupPlan
  /** Of its files and its DNS name. */
  readonly found: readonly SourceTarget[]
}

/** Something that a user should know of a list of targets. */
export interface Note {
  /** What it is about. A list has one note of each. */
  readonly about: string
  readonly message: string
  readonly fields: Readonly<Record<string, string | number>>
}

export interface TargetList {
  readonly targets: readonly DiscoveredTarget[]
  readonly notes: readonly Note[]
}

/** What a list depends on besides its groups. */
export interface ListRules {
  readonly own: Pick<OwnHost, 'name'> & { readonly isSelf: (host: string) => boolean }
  /** Maximum number of targets that are probed without end, each flow counted, and of those that are searched. */
  readonly maxTargets: number
  /** All sizes of a module share a socket. Otherwise each size counts. */
  readonly sharesSizes?: boolean
}

/**
 * The targets of groups, each with each module of its group, in a stable order. Labels of a source are added to those of the group, and prevail
 * over them, as the more specific ones do in Prometheus. Left out are: this host, where the group skips it; a target that a group above has
 * with the same module; an address that the module does not use; and what exceeds the maximum.
 */
export function listTargets(groups: readonly GroupSources[], rules: ListRules): TargetList {
  const { own, maxTargets } = rules
  const all = groups.flatMap(group => {
    const chosen = chosenOf(group, own)
    return chosen.flatMap(({ target, labels }) => group.plan.modules.map(module => ({ target, module, labels })))
  })
  const [fitting, foreign] = parted(all, ({ target, module }) => fitsFamily(target, module))
  const seen = new Set<string>()
  const [distinct, repeated] = parted(fitting, one => {
    const key = keyOf(one)
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
  const sums = { probed: 0, searched: 0 }
  const [targets, excess] = parted(distinct, ({ module: { probes } }) =>
    probes === undefined
      ? (sums.searched += 1) <= maxTargets
      : (sums.probed += probes.flows * (rules.sharesSizes === true ? 1 : probes.sizes.length)) <= maxTargets,
  )
  return {
    targets,
    notes: [
      ...note('family', 'targets are not of the IP version of their module: they are left out', foreign),
      ...note('twice', 'targets are there twice with the same module: the first stays', repeated),
      ...note('excess', `more targets than --max-targets ${maxTargets}: the last ones are left out`, excess),
    ],
  }
}

/** The targets of a group that this host asks, each once. */
function chosenOf({ plan, found }: GroupSources, own: ListRules['own']): readonly SourceTarget[] {
  const { targets, labels, skipSelf, neighbours } = plan
  const all = [
    ...targets.map(target => ({ target, labels })),
    ...found.map(one => ({ target: one.target, labels: { ...labels, ...one.labels } })),
  ]
  const others = skipSelf ? all.filter(({ target }) => !own.isSelf(target.host)) : all
  if (neighbours === undefined) return others
  const distinct = new Map(others.map(({ target }) => [formatTarget(target), target]))
  const chosen = new Set(new Mesh([...distinct.values()]).neighboursOf(own.name, neighbours).map(formatTarget))
  return others.filter(({ target }) => chosen.has(formatTarget(target)))
}

/** Whether an address is of the IP version of a module. Names are resolved later, to addresses of that version. */
function fitsFamily({ host }: Target, { options, probes }: ModuleConfig): boolean {
  const family = probes?.family ?? (options['ipv4'] === true ? 4 : options['ipv6'] === true ? 6 : undefined)
  if (family === undefined || addressBytes(host) === undefined) return true
  return host.includes(':') === (family === 6)
}

function parted<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const one of all) (test(one) ? yes : no).push(one)
  return [yes, no]
}

function note(about: string, message: string, [first, ...others]: readonly DiscoveredTarget[]): readonly Note[] {
  if (first === undefined) return []
  const { target, module } = first
  return [{ about, message, fields: { count: others.length + 1, first: formatTarget(target), module: module.name } }]
}

function keyOf({ target, module }: DiscoveredTarget): string {
  return `${formatTarget(target)} ${module.name}`
}
