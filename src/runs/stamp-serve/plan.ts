import { present } from '../../base/present.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { ReflectorPlan } from '../../facts/protocol.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { keyFileOf, readKeyFile } from '../key-file.ts'
import { checkPublicBind } from '../public-bind.ts'
import type { ResponderRunPlan } from '../responder-run.ts'
import { DEFAULT_SOURCE_CAP } from '../source-cap.ts'
import { STAMP_SERVE_OPTIONS, type StampServeOptions } from './options.ts'

/** The plan of a reflector. */
export interface StampServePlan extends ResponderRunPlan {
  readonly respond: ResponderPlan & { readonly protocol: ReflectorPlan }
}

/**
 * Parses options to a plan, and reads the file of keys. Throws a `usage` error.
 * @param environment variables that may name the file of keys
 */
export function planStampServe(
  raw: StampServeOptions,
  environment: Readonly<Record<string, string | undefined>>,
): StampServePlan {
  const options = parseOptions(STAMP_SERVE_OPTIONS, raw)
  const { engine, host, port, recvBuffer, workers, maxPeers, maxRatePerSource, allow, deny } = options
  const { maxRate, maxDatagrams, duration, maxIdle } = options
  checkPublicBind('host', host, options.public)
  const keyFile = keyFileOf(options.keyFile, environment)
  const keys = keyFile === undefined ? undefined : readKeyFile(keyFile)
  return {
    engine,
    respond: {
      mode: 'echo',
      delay: 0,
      sourceCap: maxRatePerSource ?? DEFAULT_SOURCE_CAP,
      maxPeers,
      allow: allow ?? [],
      deny: deny ?? [],
      ...present({ maxRate, maxDatagrams, duration, maxIdle }),
      protocol: {
        name: 'stamp',
        isStateful: options.stateful,
        isAuthenticated: keys !== undefined,
        isLight: options.twampLight,
        allowsDscp: options.allowDscp,
        timestamps: options.timestamps,
        maxSessions: options.maxSessions,
      },
    },
    sockets: { host, port, recvBuffer, workers, ...present({ keys }) },
  }
}
