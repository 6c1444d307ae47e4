import { familyOf, listOf, pick, type Options } from '../../options/written-options.ts'
import type { SendOptions } from './options.ts'

/** The options of a run of probes as they were written, by the names of its flags. */
export function readSendOptions(options: Options): SendOptions {
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
    ...familyOf(options),
    ...(typeof df === 'string' || df === true ? { df } : {}),
    receipts: options['receipts'] !== false,
    summary: options['summary'] === true,
    flood: options['flood'] === true,
    self: options['self'] === true,
    expect: listOf(options, 'expect'),
  }
}
