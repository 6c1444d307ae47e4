import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { Target } from '../../base/target.ts'
import type { EngineChoice } from '../../options/engine.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { checkPublicBind } from '../../runs/public-bind.ts'
import type { LogLevel } from '../log.ts'
import { parseModuleTarget } from '../monitor/module.ts'
import { EXPORTER_OPTIONS, type ExporterOptions, type LogFormat } from './options.ts'

/** Where and how an exporter is served. */
export interface ExporterWebPlan {
  readonly listen: readonly [Target, ...Target[]]
  /** TLS and basic authentication. */
  readonly configFile?: string
  /** Path of the metrics, after the prefix. */
  readonly telemetryPath: string
  /** In front of each path, without `/` at its end. */
  readonly routePrefix: string
  readonly externalUrl?: URL
}

/** What the command line of an exporter says. The configuration file is read when it starts, and at each reload. */
export interface ExporterPlan {
  readonly engine: EngineChoice
  readonly maxTargets: number
  /** Targets with the module `default`. */
  readonly targets: readonly Target[]
  readonly configFile?: string
  /** Check the files, and probe nothing. */
  readonly isCheck: boolean
  readonly web: ExporterWebPlan
  readonly timeoutOffset: Nanos
  readonly log: { readonly level: LogLevel; readonly format: LogFormat }
  /** Time between two lines about a target. */
  readonly reportInterval?: Nanos
  readonly exitWithParent: boolean
  readonly portFile?: string
}

/** Parses targets and flags of the command line. Throws a `usage` error. */
export function planExporter(targets: readonly string[], raw: ExporterOptions): ExporterPlan {
  const options = parseOptions(EXPORTER_OPTIONS, raw)
  const { 'config.file': configFile, 'web.externalUrl': externalUrl, 'web.config.file': webConfigFile } = options
  const isCheck = options['config.check']
  if (isCheck && configFile === undefined && webConfigFile === undefined)
    throw usage('--config.check needs a file to check', 'name it: --config.file FILE or --web.config.file FILE')
  if (targets.length === 0 && configFile === undefined && !isCheck)
    throw usage(
      'exporter needs targets or a configuration file',
      'name a target: udptool exporter host:9000, or a file: --config.file FILE',
    )
  const [first, ...others] = options['web.listenAddress']
  if (first === undefined) throw usage('--web.listen-address is missing', 'leave the empty list out')
  const listen = [first, ...others] as const
  for (const { host } of listen) checkPublicBind('web.listenAddress', host, options.public)
  const externalPath = externalUrl === undefined ? '' : externalUrl.pathname.replace(/\/$/u, '')
  return {
    engine: options.engine,
    maxTargets: options.maxTargets,
    targets: targets.map(target => parseModuleTarget(target, {})),
    web: {
      listen,
      telemetryPath: options['web.telemetryPath'],
      routePrefix: options['web.routePrefix'] ?? externalPath,
      ...present({ externalUrl, configFile: webConfigFile }),
    },
    timeoutOffset: options.timeoutOffset,
    log: { level: options['log.level'], format: options['log.format'] },
    isCheck,
    exitWithParent: options.exitWithParent,
    ...present({ configFile, reportInterval: options.reportInterval, portFile: options.portFile }),
  }
}
