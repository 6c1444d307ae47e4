import type { Nanos } from '../../base/nanos.ts'
import type { Target } from '../../base/target.ts'
import type { Values } from '../file-options.ts'
import type { ModulePlan } from './module.ts'

/** The kinds of runs of a module. */
type RunName = 'send' | 'sweep' | 'mtu'

/** A module of a configuration file: what is sent to a target, and how. */
export interface ModuleConfig {
  readonly name: string
  readonly run: RunName
  /** Its keys as written, with important defaults filled in and paths of files made absolute. */
  readonly settings: Values
  /** Raw options of such a run, each checked, for runs that end. */
  readonly options: Values
  /** How a group probes without end. Absent: the module is a search, or has options of runs that end (`count`), so that no group can use it. */
  readonly probes?: ModulePlan
  /** Of a search: time from the start of one to the start of the next. */
  readonly interval?: Nanos
}

/** The DNS name of a group: each of its addresses is a target. */
export interface DnsPlan {
  readonly name: string
  /** SRV records have ports of their own. */
  readonly type: 'A' | 'AAAA' | 'SRV'
  /** Of A and AAAA. */
  readonly port: number
  /** Time after which the name is asked again. */
  readonly refresh: Nanos
}

/** Targets with the same modules and labels. */
export interface GroupPlan {
  readonly modules: readonly ModuleConfig[]
  readonly labels: Readonly<Record<string, string>>
  readonly targets: readonly Target[]
  /** Patterns of files with targets (file_sd of Prometheus), with the folder of the configuration file in front of relative ones. */
  readonly files: readonly string[]
  readonly dns?: DnsPlan
  /** Number of targets that this host asks, chosen by a hash of its name. Absent: all. */
  readonly neighbours?: number
  /** Leave out targets that are this host. */
  readonly skipSelf: boolean
}

/** Which runs `/probe` may start. */
export interface ProbeRules {
  /** Names of the modules. Absent: all. */
  readonly modules?: readonly string[]
  /** As written: networks (`10.0.0.0/8`), `host:port`, `*.suffix:port`. Absent: targets of the groups. */
  readonly allow?: readonly string[]
  readonly maxConcurrent: number
  /** Probes a second of all runs together. */
  readonly maxRate: number
}

/** What a configuration file says. */
export interface MonitorConfig {
  readonly refresh?: Nanos
  /** Upper bounds of round trips in seconds, ascending. Absent: powers of two from 30.5 µs to 8 s. */
  readonly buckets?: readonly number[]
  readonly modules: ReadonlyMap<string, ModuleConfig>
  readonly groups: readonly GroupPlan[]
  readonly probe: ProbeRules
}

/** A target of a group at present, with one of the modules of the group. */
export interface DiscoveredTarget {
  readonly target: Target
  readonly module: ModuleConfig
  readonly labels: Readonly<Record<string, string>>
}
