import { usage } from '../base/error.ts'
import type { SendOptions } from '../jobs/send/options.ts'
import { listOf, pick, type Options } from './flags.ts'

/** The flags that say how a search of several rounds is shown. */
export const SEARCH_OUTPUT_FLAGS = [
  {
    form: '--format <format>',
    about: 'table, json, ndjson or csv; F=FILE writes a file (repeatable)',
    group: 'Output:',
    repeatable: true,
  },
] as const

/** What every command that sends probes reads alike. */
export function readProbeOptions(options: Options): SendOptions {
  if (options['ipv4'] === true && options['ipv6'] === true)
    throw usage('-4 and -6 exclude each other', 'leave both out to take what the name has')
  const family = options['ipv4'] === true ? 4 : options['ipv6'] === true ? 6 : undefined
  const df = options['df']
  return {
    ...pick(options, ['to', 'count', 'interval', 'rate', 'window', 'payload', 'timeout', 'linger', 'waitFor']),
    ...pick(options, ['bind', 'tos', 'dscp', 'ttl', 'recvBuffer', 'engine', 'seed']),
    ...(family === undefined ? {} : { family }),
    ...(typeof df === 'string' || df === true ? { df } : {}),
    receipts: options['receipts'] !== false,
    self: options['self'] === true,
    expect: listOf(options, 'expect'),
  }
}
