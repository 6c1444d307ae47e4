import { usage } from '../../base/error.ts'
import { listOf, pick, type Options } from '../written-options.ts'
import type { SendOptions } from './options.ts'

/** The options of a run of probes as they were written, by the names of its flags. */
export function readSendOptions(options: Options): SendOptions {
  if (options['ipv4'] === true && options['ipv6'] === true)
    throw usage('-4 and -6 exclude each other', 'leave both out to take what the name has')
  const family = options['ipv4'] === true ? 4 : options['ipv6'] === true ? 6 : undefined
  const df = options['df']
  return {
    ...pick(options, [
      'to',
      'size',
      'count',
      'interval',
      'rate',
      'duration',
      'burst',
      'window',
      'clients',
      'payload',
      'timeout',
      'linger',
    ]),
    ...pick(options, [
      'bind',
      'tos',
      'dscp',
      'ttl',
      'recvBuffer',
      'engine',
      'seed',
      'waitFor',
      'tolerance',
      'lossTolerance',
    ]),
    ...(family === undefined ? {} : { family }),
    ...(typeof df === 'string' || df === true ? { df } : {}),
    receipts: options['receipts'] !== false,
    summary: options['summary'] === true,
    flood: options['flood'] === true,
    self: options['self'] === true,
    expect: listOf(options, 'expect'),
  }
}
