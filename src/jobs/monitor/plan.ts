import { counted, formatCount } from '../../base/counted.ts'
import { usage, type UdptoolError } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import type { EngineChoice } from '../../options/engine.ts'
import { givenOptions, writtenFlag, type ParsedOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import { checkPublicBind } from '../../runs/public-bind.ts'
import type { DiscoveredTarget, GroupPlan, ModuleConfig, MonitorConfig } from './config-plan.ts'
import { checkEnoughPorts } from './enough-ports.ts'
import { DEFAULT_MODULE, parseModuleTarget, planModule, type ModulePlan } from './module.ts'
import { MODULE_OPTIONS, WATCH_OPTIONS, type WatchOptions } from './options.ts'

/** A target with one module. */
export interface TargetPlan {
  readonly target: Target
  readonly module: ModulePlan
  readonly labels: Readonly<Record<string, string>>
  /** The one size of this target, if its module has several, each with a socket of its own. */
  readonly size?: number
  /** Upper bounds of the buckets of delays in seconds, ascending. Absent: powers of two. */
  readonly bounds?: readonly number[]
}

/** The plan of a monitor: targets that are probed without end. */
export interface MonitorPlan {
  readonly engine: EngineChoice
  /** Time after which a name is resolved again. */
  readonly refresh: Nanos
  readonly targets: readonly TargetPlan[]
}

/** The page of a monitor. */
export interface WebPlan {
  readonly host: string
  /** 0: the kernel chooses. */
  readonly port: number
}

/** Groups whose targets come and go. */
export interface DiscoveryPlan {
  /** With a group of the targets of the command line in front. */
  readonly groups: readonly GroupPlan[]
  /** Maximum number of targets, each flow counted. */
  readonly maxTargets: number
}

/** The plan of `udptool watch`. */
export interface WatchPlan {
  readonly monitor: MonitorPlan
  /** Names of modules that the groups of the file use and that are searches, which have no probes without end. */
  readonly searches: readonly string[]
  /** Absent: the targets of `monitor` are all. */
  readonly discovery?: DiscoveryPlan
  /** Ends after this time. Absent: without end. */
  readonly duration?: Nanos
  /** Infinity: never. */
  readonly reportInterval: Nanos
  /** Absent: no page. */
  readonly web?: WebPlan
}

/** Parses targets and options. `config`: the configuration file, if one is given. Throws a `usage` error. */
export function planWatch(targets: readonly string[], raw: WatchOptions, config?: MonitorConfig): WatchPlan {
  const options = parseOptions(WATCH_OPTIONS, raw)
  const { duration, reportInterval, web } = options
  const written = planTargets(targets, raw, options)
  const modules = (config?.groups ?? []).flatMap(group => group.modules)
  const searches = [...new Set(modules.flatMap(({ name, probes }) => (probes === undefined ? [name] : [])))]
  if (config !== undefined && targets.length === 0) checkProbed(modules, searches, raw['config.file'] ?? 'the file')
  const groups = [...written, ...(config?.groups ?? [])].map(withoutSearches)
  const all = groups.flatMap(groupTargets)
  checkTargets(all, options.maxTargets)
  checkEnoughPorts(all.map(({ module }) => module))
  if (web !== undefined) checkPublicBind('web', web.host, options.public)
  return {
    monitor: {
      engine: options.engine,
      refresh: raw.refresh === undefined ? (config?.refresh ?? options.refresh) : options.refresh,
      targets: all,
    },
    searches,
    reportInterval: reportInterval === 0 ? Infinity : reportInterval,
    ...(groups.some(hasSources) ? { discovery: { groups, maxTargets: options.maxTargets } } : {}),
    ...present({ duration, web }),
  }
}

/** Throws unless a group has a module with probes without end. */
function checkProbed(modules: readonly ModuleConfig[], searches: readonly string[], file: string): void {
  if (modules.length === 0)
    throw usage(`${file} has no group, so there is no target`, 'write groups into it, or name targets')
  if (modules.some(({ probes }) => probes !== undefined)) return
  throw usage(
    `every module that the groups of ${file} use is a search: ${searches.join(', ')}`,
    'add a module with probes, or run udptool exporter',
  )
}

function withoutSearches(group: GroupPlan): GroupPlan {
  return { ...group, modules: group.modules.filter(({ probes }) => probes !== undefined) }
}

/** Whether the targets of a group depend on something besides the configuration. */
function hasSources({ files, dns, neighbours, skipSelf }: GroupPlan): boolean {
  return files.length > 0 || dns !== undefined || neighbours !== undefined || skipSelf
}

/** The targets that a group names itself. Of a group with neighbours, as many as this host asks at most. */
export function groupTargets({ targets, modules, labels, neighbours }: GroupPlan): readonly TargetPlan[] {
  const chosen = targets.slice(0, neighbours)
  return probedTargets(chosen.flatMap(target => modules.map(module => ({ target, module, labels }))))
}

/** Those of the targets that are probed without end. */
export function probedTargets(discovered: readonly DiscoveredTarget[]): readonly TargetPlan[] {
  return discovered.flatMap(({ target, module: { probes }, labels }) =>
    probes === undefined ? [] : [{ target, module: probes, labels }],
  )
}

/** The modules by which groups probe without end. */
export function endlessModules(groups: readonly GroupPlan[]): readonly ModulePlan[] {
  return groups.flatMap(({ modules }) => modules.flatMap(({ probes }) => probes ?? []))
}

/** A group of the targets of the command line, with the module that its flags describe. */
function planTargets(
  targets: readonly string[],
  raw: WatchOptions,
  { web, 'config.file': file }: ParsedOptions<typeof WATCH_OPTIONS>,
): readonly GroupPlan[] {
  if (targets.length === 0) {
    if (file === undefined) throw noTarget(raw, web)
    const [first] = givenOptions(MODULE_OPTIONS, raw)
    if (first === undefined) return []
    const flag =
      first in MODULE_OPTIONS ? writtenFlag(first, MODULE_OPTIONS[first as keyof typeof MODULE_OPTIONS]) : first
    throw usage(`${flag} is for targets of the command line, and there is none`, `write it into a module of ${file}`)
  }
  const module = planModule(DEFAULT_MODULE, rawOptions(MODULE_OPTIONS, raw))
  const config = { name: DEFAULT_MODULE, run: 'send', settings: {}, options: {}, probes: module } as const
  const parsed = targets.map(target => parseModuleTarget(target, module))
  return [{ modules: [config], labels: {}, targets: parsed, files: [], skipSelf: false }]
}

function noTarget({ web: written }: WatchOptions, web: Target | undefined): Error {
  if (typeof written !== 'string' || web === undefined)
    return usage('watch needs a target', 'name one: udptool watch host:9000, or a file of targets: --config.file FILE')
  return usage(
    `watch needs a target, and ${written} is the address of --web`,
    `write targets before --web: udptool watch ${written} --web`,
  )
}

function checkTargets(all: readonly TargetPlan[], most: number): void {
  const seen = new Set<string>()
  for (const { target, module } of all) {
    const name = formatTarget(target)
    const key = `${name} ${module.name}`
    if (seen.has(key)) {
      const how = module.name === DEFAULT_MODULE ? '' : ` with module ${module.name}`
      throw usage(`the target ${name} is there twice${how}`, 'leave one of them out')
    }
    seen.add(key)
  }
  const flows = all.reduce((sum, { module }) => sum + module.flows, 0)
  if (flows <= most) return
  throw tooManyTargets(`${counted(all.length, 'target')} with ${counted(flows, 'flow')}`, flows, most)
}

/** @param what the targets with their number, `number` what counts for `--max-targets` */
export function tooManyTargets(what: string, number: number, most: number): UdptoolError {
  return usage(
    `${what} are more than --max-targets ${formatCount(most)}`,
    `name fewer, or write --max-targets ${number}`,
  )
}
